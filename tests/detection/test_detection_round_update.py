"""One round of one name with all that a rule asks about it."""

from tests.detection.detection_rounds import EMPTY, FOUND, LIMITED, Laboratory, facts, measured

from siaga.detection.round_update import RoundUpdate
from siaga.detection.rules.missing import LIMITS, MISSING
from siaga.domain.answers import Answer

CONTROLS = [measured(f"c{number}", position=10 + number) for number in range(3)]


def _asked(*texts: tuple[str, Answer]) -> RoundUpdate:
    """A round of `a`, asked by these texts with these answers, and three controls."""
    askings = [measured("a", answer, name=text) for text, answer in texts]
    return Laboratory().update(facts(*askings, *CONTROLS))


def test_a_names_texts_are_told_apart_and_one_that_was_not_measured_counts_for_neither() -> None:
    round_ = _asked(("long", EMPTY), ("short", FOUND), ("tag", LIMITED))
    gone = round_.facts.codes == MISSING
    assert round_.texts(0, gone) == [("long", "empty")]
    assert round_.others(0, gone) == ["short"]
    assert round_.share(0, gone) == 0.5


def test_a_name_that_was_nowhere_measured_is_missing_by_no_share() -> None:
    round_ = _asked(("long", LIMITED))
    assert round_.share(0, round_.facts.codes == MISSING) == 0.0


def test_controls_are_those_that_were_measured() -> None:
    askings = [measured("a"), measured("c1"), measured("c2", EMPTY), measured("c3", LIMITED)]
    assert Laboratory().update(facts(*askings)).controls == (2, 1)


def test_the_share_of_texts_is_of_those_that_say_anything() -> None:
    round_ = _asked(("long", EMPTY), ("short", FOUND), ("tag", LIMITED))
    codes = round_.facts.codes
    share, measured_ = round_.of_texts(codes == MISSING, codes < LIMITS)
    assert share.tolist() == [0.5]
    assert measured_.tolist() == [True]
    nowhere = _asked(("long", LIMITED)).facts.codes
    assert not _asked(("long", LIMITED)).of_texts(nowhere == MISSING, nowhere < LIMITS)[1].any()
