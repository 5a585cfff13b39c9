"""Controls that go bad: shown, and journalled once a change, also over a restart."""

from datetime import timedelta
from pathlib import Path

from tests.watch.scripted_watch import START, ScriptedProber, pass_by, watch_of

from siaga.domain.answers import Answer
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock, SystemClock
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import controls_sentence
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind

ENGLISH = Speech("en", "UTC")


def without_kopi(round_: Round, asking: Asking) -> Answer:
    """One control is missing on X from the twentieth minute to the eightieth."""
    gone = timedelta(minutes=20) <= round_.at - START < timedelta(minutes=80)
    here = (asking.subject, round_.stream.platform, round_.stream.surface) == ("kopi", "x", "search-latest")
    return Answer.EMPTY if gone and here else Answer.RESULTS


async def test_a_control_that_goes_missing_is_left_out_and_taken_back_each_journalled_once(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(START)
    async with watch_of(tmp_path, clock, ScriptedProber(without_kopi)) as opened:
        await pass_by(opened, clock, timedelta(minutes=60))
        (x,) = [one for one in opened.view.health().controls if one.platform == "x"]
        assert x.left_out == {"search-latest": ["kopi"]}
        assert x.watched == 6
    async with watch_of(tmp_path, clock, ScriptedProber(without_kopi)) as opened:
        await pass_by(opened, clock, timedelta(minutes=150))
        assert all(not one.left_out for one in opened.view.health().controls)
    with Journal.open(f"sqlite:///{tmp_path / 'journal.sqlite'}", SystemClock()) as journal:
        told = [event.what for event in journal.read() if event.kind == Kind.CONTROLS_LEFT_OUT]
    assert told == [
        {"platform": "x", "surface": "search-latest", "controls": ["kopi"]},
        {"platform": "x", "surface": "search-latest", "controls": []},
    ]


def test_what_is_said_of_them_grows_with_how_bad_it_is() -> None:
    def said(left_out: dict[str, list[str]], watched: int = 12) -> str:
        return controls_sentence(ENGLISH, left_out, [], watched, 3, True)

    assert said({}) == "Working as usual."
    assert "few" in said({}, watched=5)
    assert "add controls" not in said({"people": ["kopi"]})
    assert "only 5 comparison names left" in said({"people": ["kopi"]}, watched=6)
    assert "too few comparison names left to compare" in said({"people": ["kopi", "bola"]}, watched=4)
