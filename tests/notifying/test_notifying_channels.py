"""Every channel is one file; what the room file and its documentation say of it comes from there."""

import pkgutil
from pathlib import Path

import pytest

from siaga.cases.channels import ChannelForm
from siaga.notifying import channels
from siaga.notifying.registry import CHANNELS, FORMS

DOCS = Path(__file__).parents[2] / "docs"


def fields(form: ChannelForm) -> str:
    taken = [("address", form.address), ("secret", form.secret)]
    return ", ".join(f"`{name}`" for name, needed in taken if needed is not None)


def test_each_file_declares_the_channel_of_its_name() -> None:
    files = [file.name for file in pkgutil.iter_modules(channels.__path__)]
    assert list(CHANNELS) == files
    assert len(files) >= 4


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_the_room_files_page_documents_the_channel(form: ChannelForm) -> None:
    cells = f"| `{form.kind}` | {fields(form)} | {form.summary} |".replace("|  |", "| |")
    assert cells in (DOCS / "room-file.md").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_an_address_that_is_none_gets_a_fault_and_what_to_write(form: ChannelForm) -> None:
    if form.address is not None:
        problem = form.address.problem("no address at all")
        assert problem is not None
        assert all((*problem, *form.address.missing))


@pytest.mark.parametrize("kind", CHANNELS)
def test_each_channel_has_its_row_among_the_cases_and_its_test(kind: str) -> None:
    assert f"| `{kind}` | " in (DOCS / "cases.md").read_text(encoding="utf-8"), f"add {kind} to docs/cases.md"
    assert (Path(__file__).parent / f"test_notifying_{kind}.py").exists()
