"""The simulated contracts are found from their files."""

from pathlib import Path

from siaga.platforms.registry import platforms
from siaga.simulation.contracts import registry
from siaga.simulation.contracts.registry import CONTRACTS


def test_every_file_that_declares_a_contract_is_found_by_the_readers_id() -> None:
    folder = Path(registry.__file__).parent
    declaring = {path.stem for path in folder.glob("*.py") if "\nCONTRACT = " in path.read_text("utf-8")}
    assert set(CONTRACTS) == declaring
    assert declaring <= set(platforms()), "a contract without its reader"


def test_each_says_how_busy_its_platform_is_and_where_times_stand() -> None:
    for id, contract in CONTRACTS.items():
        assert 0 < contract.volume <= 1, id
        assert contract.times, id
        assert contract.left_out <= set(contract.lists), id
