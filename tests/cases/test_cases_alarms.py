"""What wakes people, and whom: the alarms of a case and of the instruments, and the order of alerts."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.cases.case_stories import NOW, ROOM, Book

from siaga.cases.alarms import (
    AGAIN_AFTER,
    FAILS_AGAIN,
    OLDEST,
    STORING,
    Alarm,
    AlarmReason,
    AlertSent,
    FailingPart,
    Reachable,
    StreamAnswer,
    case_alarms,
    is_over,
    part_alarms,
    to_alert,
    watch_alarms,
)
from siaga.cases.case import Case
from siaga.cases.severity import Severity

PATIENCE = timedelta(minutes=10)
QUARTER = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
DUTY = ("ayu", "bima")
ALL = {person: Reachable(person) for person in ("ayu", "bima", "citra", "dewi")}
CRITICAL = Alarm("C-1/new-case/1", AlarmReason.NEW_CASE, NOW, Severity.CRITICAL, "C-1")
MEDIUM = replace(CRITICAL, severity=Severity.MEDIUM)


def proven(**changed: object) -> Case:
    book = Book()
    book.proven()
    case = book.case("C-1")
    assert case is not None
    return replace(case, **changed)  # type: ignore[arg-type]


def alerted(*people: str, at: int = 0) -> list[AlertSent]:
    return [AlertSent(person, NOW + at * MINUTE) for person in people]


def whom(
    alarm: Alarm, sent: list[AlertSent], minutes: float, among: dict[str, Reachable] = ALL
) -> tuple[str, ...]:
    return to_alert(alarm, sent, DUTY, among, PATIENCE, NOW + minutes * MINUTE)


def test_a_proven_case_is_an_alarm_and_one_of_low_severity_or_over_is_none() -> None:
    assert [alarm.id for alarm in case_alarms(proven(), ROOM, NOW)] == ["C-1/new-case/1"]
    assert case_alarms(proven(severity=Severity.LOW), ROOM, NOW) == ()
    assert case_alarms(Case("C-2", "x", "mahfud", None, NOW), ROOM, NOW) == (), "told by reports alone"


def test_a_relapse_is_another_alarm_than_the_case_was() -> None:
    (alarm,) = case_alarms(proven(episodes=2), ROOM, NOW)
    assert (alarm.id, alarm.reason) == ("C-1/relapse/2", AlarmReason.RELAPSE)


def test_each_deadline_that_passes_is_an_alarm_from_that_moment_on() -> None:
    book = Book()
    case = book.notified()
    acknowledge = ROOM.deadlines[case.severity].acknowledge
    before = case_alarms(case, ROOM, book.now + acknowledge - MINUTE)
    after = case_alarms(case, ROOM, book.now + acknowledge)
    assert [alarm.reason for alarm in before] == [AlarmReason.NEW_CASE]
    assert [(alarm.reason, alarm.about) for alarm in after[1:]] == [(AlarmReason.OVERDUE, "acknowledge")]
    assert after[1].begun == book.now + acknowledge


def test_on_duty_first_then_the_next_of_the_rota_then_everybody_then_all_again() -> None:
    assert whom(CRITICAL, [], 0) == ("ayu",)
    assert whom(CRITICAL, alerted("ayu"), 9.9) == ()
    assert whom(CRITICAL, alerted("ayu"), 10) == ("bima",)
    both = alerted("ayu") + alerted("bima", at=10)
    assert whom(CRITICAL, both, 19.9) == ()
    assert whom(CRITICAL, both, 20) == ("citra", "dewi")
    everybody = both + alerted("citra", "dewi", at=20)
    assert whom(CRITICAL, everybody, 20 + AGAIN_AFTER / MINUTE - 0.1) == ()
    assert whom(CRITICAL, everybody, 20 + AGAIN_AFTER / MINUTE) == ("ayu", "bima", "citra", "dewi")


def test_who_cannot_be_reached_is_passed_over_at_once() -> None:
    without_ayu = {person: reached for person, reached in ALL.items() if person != "ayu"}
    assert whom(CRITICAL, [], 0, without_ayu) == ("bima",)
    without_rota = {person: ALL[person] for person in ("citra", "dewi")}
    assert whom(CRITICAL, [], 0, without_rota) == ("citra", "dewi")
    assert whom(CRITICAL, [], 0, {}) == ()


def test_an_alert_that_no_channel_takes_goes_to_the_next_without_waiting() -> None:
    assert whom(CRITICAL, [AlertSent("ayu", NOW, failed=True)], 1) == ("bima",)


def test_quiet_hours_hold_for_medium_and_not_for_what_is_grave() -> None:
    asleep = {**ALL, "ayu": Reachable("ayu", is_quiet=True)}
    assert whom(CRITICAL, [], 0, asleep) == ("ayu",)
    assert whom(MEDIUM, [], 0, asleep) == ("bima",)


def test_what_began_long_ago_alerts_nobody_for_the_first_time() -> None:
    assert whom(CRITICAL, [], OLDEST / MINUTE) == ("ayu",)
    assert whom(CRITICAL, [], OLDEST / MINUTE + 1) == ()


def stream(platform: str, vantage: str, ago: int, every: int = 1) -> StreamAnswer:
    return StreamAnswer(platform, vantage, NOW - ago * MINUTE, every * MINUTE)


def of(*streams: StreamAnswer) -> list[tuple[str, str]]:
    return [(alarm.reason.value, alarm.about) for alarm in watch_alarms(streams, QUARTER, NOW)]


@pytest.mark.parametrize(
    ("streams", "alarms"),
    [
        ([], []),
        ([stream("x", "jakarta", 14)], []),
        ([stream("x", "jakarta", 15)], [("silence", "")]),
        ([stream("x", "jakarta", 15, every=6)], []),
        ([stream("x", "jakarta", 18, every=6)], [("silence", "")]),
        ([stream("x", "jakarta", 20), stream("x", "medan", 1)], [("outage", "vantage/jakarta")]),
        ([stream("x", "jakarta", 20), stream("y", "jakarta", 1)], [("outage", "platform/x")]),
        (
            [stream("x", "jakarta", 20), stream("x", "medan", 1), stream("y", "jakarta", 1)],
            [],
        ),
        (
            [stream("x", "jakarta", 20), stream("y", "medan", 20), stream("y", "jakarta", 1)],
            [("outage", "platform/x"), ("outage", "vantage/medan")],
        ),
    ],
)
def test_an_instrument_alarms_where_all_of_it_is_out(
    streams: list[StreamAnswer], alarms: list[tuple[str, str]]
) -> None:
    assert of(*streams) == alarms


def test_an_alarm_of_an_instrument_is_over_once_it_is_measured_again_or_is_no_more() -> None:
    (alarm,) = watch_alarms([stream("x", "jakarta", 20)], QUARTER, NOW)
    assert not is_over(alarm, [stream("x", "jakarta", 20)])
    assert is_over(alarm, [stream("x", "jakarta", 19)])
    outage = replace(alarm, about="platform/x")
    assert not is_over(outage, [stream("x", "jakarta", 20), stream("y", "jakarta", 0)])
    assert is_over(outage, [stream("y", "jakarta", 20)])


def test_a_failing_part_is_an_alarm_once_it_has_failed_often_and_a_grave_one_overrides_quiet_hours() -> None:
    seldom = FailingPart("news", NOW, FAILS_AGAIN - 1, is_grave=False)
    often = FailingPart("news", NOW, FAILS_AGAIN, is_grave=False)
    grave = FailingPart(STORING, NOW, 1, is_grave=True)
    news, storing = part_alarms([seldom, often, grave])
    assert (news.about, storing.about) == ("part/news", "part/storing")
    assert not news.severity.overrides_quiet_hours
    assert storing.severity.overrides_quiet_hours
