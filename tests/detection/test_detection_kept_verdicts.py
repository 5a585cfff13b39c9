"""What is said of calm names is kept until a round asks them; of others it is always made anew."""

from datetime import UTC, datetime

from siaga.detection.kept_verdicts import KeptVerdicts
from siaga.domain.verdicts import State, Verdict

NOW = datetime(2024, 1, 25, tzinfo=UTC)


class Maker:
    def __init__(self) -> None:
        self.made: list[int] = []

    def __call__(self, subject: int) -> Verdict:
        self.made.append(subject)
        return Verdict(NOW, "x", None, None, f"n{subject}", State.FINDABLE, NOW, 0.0, "round-bet@2")


def test_only_what_a_round_asked_or_what_is_open_is_made_anew() -> None:
    kept, make = KeptVerdicts(), Maker()
    first = kept.of(range(5), frozenset({3}), make)
    assert make.made == [0, 1, 2, 3, 4]
    kept.drop([1])
    assert kept.of(range(5), frozenset({3}), make) == first
    assert make.made[5:] == [1, 3]
    kept.clear()
    kept.of(range(5), frozenset(), make)
    assert make.made[7:] == [0, 1, 2, 3, 4]
