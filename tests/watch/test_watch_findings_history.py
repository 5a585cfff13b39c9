"""What the record said at any moment: by when it was written, not by when it happened."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.watch import scripted_watch as scripted
from tests.watch.scripted_watch import ScriptedProber, pass_by, watch_of, withheld_after

from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State, Verdict
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.ports.watch import WatchRun
from siaga.watch.findings_history import FindingsHistory

MINUTE = timedelta(minutes=1)
START = scripted.START.replace(microsecond=0)
"""What is written is dated to the millisecond."""


def verdict(subject: str, state: State, after: timedelta) -> Verdict:
    at = START + after
    return Verdict(at, "x", None, None, subject, state, at, 99.0, "round-bet@1")


def journal_at(directory: Path, clock: SimulatedClock) -> Journal:
    return Journal.open(f"sqlite:///{directory}/journal.sqlite", clock)


def test_a_finding_is_known_from_when_it_was_written_and_until_its_end_was(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with journal_at(tmp_path, clock) as journal:
        told = FindingsHistory(journal)
        journal.append(Kind.WATCH_STARTED, "watch", {"election": "e"})
        clock.advance(10 * MINUTE)
        missing = verdict("mahfud", State.SUSPECTED, 7 * MINUTE)
        journal.append(Kind.FINDING_OPENED, "watch", verdict_to_json(missing), at=missing.at)
        clock.advance(10 * MINUTE)
        proven = replace(missing, state=State.SUPPRESSED)
        journal.append(Kind.FINDING_CHANGED, "watch", verdict_to_json(proven))
        journal.append(
            Kind.FINDING_OPENED, "watch", verdict_to_json(verdict("ganjar", State.IMPAIRED, 20 * MINUTE))
        )
        clock.advance(10 * MINUTE)
        journal.append(Kind.FINDING_OVER, "watch", verdict_to_json(replace(proven, state=State.FINDABLE)))
        # What happened at minute 7 was written at minute 10: at minute 8 nobody knew of it.
        assert told.at(START + 8 * MINUTE).findings == []
        assert [v.state for v in told.at(START + 10 * MINUTE).findings] == [State.SUSPECTED]
        both = told.at(START + 20 * MINUTE)
        assert [(v.subject, v.state) for v in both.findings] == [
            ("mahfud", State.SUPPRESSED),
            ("ganjar", State.IMPAIRED),
        ]
        assert (both.before, both.after) == (START + 20 * MINUTE, START + 30 * MINUTE)
        assert [v.subject for v in told.at(START + 31 * MINUTE).findings] == ["ganjar"]
        assert told.at(START + 31 * MINUTE).after is None
        turns = told.change_times(START + 10 * MINUTE, START + 30 * MINUTE)
        assert turns == [START + 20 * MINUTE, START + 20 * MINUTE, START + 30 * MINUTE]


def test_a_suspicion_and_its_end_are_no_change_of_which_everybody_may_know(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with journal_at(tmp_path, clock) as journal:
        told = FindingsHistory(journal)
        suspected = verdict("mahfud", State.SUSPECTED, MINUTE)
        over = replace(suspected, state=State.FINDABLE)
        proven = replace(suspected, state=State.SUPPRESSED)
        for kind, said in (
            (Kind.FINDING_OPENED, suspected),
            (Kind.FINDING_OVER, over),
            (Kind.FINDING_OPENED, suspected),
            (Kind.FINDING_CHANGED, proven),
            (Kind.FINDING_CHANGED, suspected),
            (Kind.FINDING_CHANGED, proven),
            (Kind.FINDING_OVER, over),
        ):
            clock.advance(MINUTE)
            journal.append(kind, "watch", verdict_to_json(said))
        public = [turn - START for turn in told.change_times(START, clock.now(), suspicions=False)]
        assert public == [4 * MINUTE, 6 * MINUTE, 7 * MINUTE]
        assert len(told.change_times(START, clock.now())) == 7
        known = told.at(START + 3 * MINUTE, suspicions=False)
        assert (known.before, known.after) == (None, START + 4 * MINUTE)


def test_whether_the_watch_ran_is_known_and_before_its_first_start_nothing_is(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with journal_at(tmp_path, clock) as journal:
        told = FindingsHistory(journal)
        journal.append(Kind.WATCH_STARTED, "watch", {"election": "e"})
        clock.advance(10 * MINUTE)
        journal.append(Kind.WATCH_STOPPED, "watch", {"rounds": 3})
        assert told.runs(9) == [WatchRun(START, START + 10 * MINUTE)]
        clock.advance(10 * MINUTE)
        for _ in range(2):  # the first of them is killed
            journal.append(Kind.WATCH_STARTED, "watch", {"election": "e"})
            clock.advance(10 * MINUTE)
        assert [(run.began - START, run.stopped) for run in told.runs(2)] == [
            (30 * MINUTE, None),
            (20 * MINUTE, None),
        ]
        assert told.at(START - MINUTE).running is None
        assert told.at(START + MINUTE).running == START
        assert told.at(START + 11 * MINUTE).running is None


async def test_a_watch_knows_its_own_past_also_after_it_was_stopped(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    prober = ScriptedProber(withheld_after(10))
    async with watch_of(tmp_path, clock, prober) as opened:
        await pass_by(opened, clock, timedelta(minutes=45))
        present = {
            v.subject for v in opened.view.verdicts() if v.state is State.SUPPRESSED and v.vantage is None
        }
        assert present == {"mahfud"}
    async with watch_of(tmp_path, clock, prober) as opened:
        assert opened.view.past_findings(START + 9 * MINUTE, True).findings == []
        assert {v.subject for v in opened.view.past_findings(clock.now(), True).findings} == {"mahfud"}
        assert opened.view.change_times(START, clock.now(), True)


def test_a_finding_s_stretches_go_from_what_was_measured_and_keep_suspicions_apart(tmp_path: Path) -> None:
    clock = SimulatedClock(START)
    with journal_at(tmp_path, clock) as journal:
        told = FindingsHistory(journal)
        suspected = verdict("mahfud", State.SUSPECTED, 7 * MINUTE)
        clock.advance(10 * MINUTE)
        journal.append(Kind.FINDING_OPENED, "watch", verdict_to_json(suspected))
        never_proven = verdict("ganjar", State.SUSPECTED, 8 * MINUTE)
        journal.append(Kind.FINDING_OPENED, "watch", verdict_to_json(never_proven))
        clock.advance(10 * MINUTE)
        proven = replace(suspected, state=State.SUPPRESSED)
        journal.append(Kind.FINDING_CHANGED, "watch", verdict_to_json(proven))
        assert [(spell.state, spell.ended) for spell in told.spells(START, suspicions=False)] == [
            (State.SUPPRESSED, None)
        ]
        clock.advance(10 * MINUTE)
        back = verdict("mahfud", State.FINDABLE, 25 * MINUTE)
        journal.append(Kind.FINDING_OVER, "watch", verdict_to_json(back))
        (spell,) = told.spells(START, suspicions=False)
        assert (spell.began, spell.ended) == (START + 7 * MINUTE, START + 25 * MINUTE)
        assert {spell.key.subject for spell in told.spells(START)} == {"mahfud", "ganjar"}
        assert told.spells(START + 25 * MINUTE, suspicions=False) == [], "what is over by then is left out"
