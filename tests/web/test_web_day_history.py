"""The line of the last ninety days: what was wrong, what was not measured, and what is nobody's to know."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.cases.publication import EVERYBODY, ROOM
from siaga.domain.verdicts import FindingKey, State
from siaga.i18n.speech import Speech
from siaga.ports.watch import FindingSpell
from siaga.web.summary.day_history import DAYS, DayKind, day_histories, day_history, history_line
from siaga.web.summary.matrix import matrix

ZONE = ZoneInfo("Asia/Jakarta")
DAY = timedelta(days=1)
TODAY = sample.NOW.astimezone(ZONE).date()


def spell(state: State, began: int, ended: int | None, subject: str | None = "mahfud") -> FindingSpell:
    """A stretch that began and ended so many days ago."""
    over = None if ended is None else sample.NOW - ended * DAY
    return FindingSpell(FindingKey("x", subject), state, sample.NOW - began * DAY, over)


def test_each_day_has_the_worst_that_was_known_of_it() -> None:
    measured = [TODAY - n * DAY for n in range(8)]
    spells = [spell(State.SUPPRESSED, 3, 2), spell(State.IMPAIRED, 3, 1)]
    days = day_history(TODAY - 9 * DAY, 10, measured, spells, ZONE, sample.NOW).days
    assert "".join(days) == "nnqqqqbbwq"


def test_what_goes_on_reaches_today_and_days_are_those_of_the_election_s_zone() -> None:
    late = FindingSpell(FindingKey("x", "mahfud"), State.SUPPRESSED, sample.NOW - timedelta(hours=8), None)
    days = day_history(TODAY - DAY, 2, [TODAY, TODAY - DAY], [late], ZONE, sample.NOW).days
    assert days == [DayKind.MISSING, DayKind.MISSING], "23:05 in Jakarta is yesterday"


def test_what_began_before_the_first_day_is_drawn_from_the_first() -> None:
    days = day_history(TODAY - DAY, 2, [], [spell(State.SUPPRESSED, 40, None)], ZONE, sample.NOW).days
    assert set(days) == {DayKind.MISSING}


async def test_a_suspicion_s_day_is_the_room_s_alone_and_never_quiet_in_public() -> None:
    room = sample.SampleRoom(said=[sample.verdict("x", "mahfud", State.SUSPECTED, evidence=12.0)])
    public = [sample.verdict("x", "mahfud", State.INSUFFICIENT)]
    seen = await day_histories(room, EVERYBODY, matrix(room.election, public))
    inside = await day_histories(room, ROOM, matrix(room.election, room.said))
    assert seen["x", "mahfud"].days[-1] is DayKind.UNMEASURED
    assert inside["x", "mahfud"].days[-1] is DayKind.REDUCED
    assert len(seen["x", "mahfud"].days) == DAYS


async def test_an_outage_of_the_platform_is_on_the_line_of_every_name() -> None:
    room = sample.SampleRoom(past_spells=[spell(State.PLATFORM_DOWN, 5, 5, subject=None)])
    histories = await day_histories(room, EVERYBODY, matrix(room.election, ()))
    for person in room.election.people():
        assert histories["x", person.id].days[-6] is DayKind.REDUCED
        assert histories["bluesky", person.id].days[-6] is DayKind.QUIET


def test_the_line_says_its_numbers_and_draws_neighbours_as_one() -> None:
    history = day_history(date(2024, 1, 1), 10, [], [], ZONE, sample.NOW)
    line = history_line(Speech("en", "Asia/Jakarta"), history)
    assert 'aria-label="Last 10 days: a problem on 0, not measured on 10"' in line
    assert line.count("<path") == 1
    assert history_line(Speech("en", "Asia/Jakarta"), None) == ""


async def test_the_overview_has_a_line_in_each_cell_and_none_where_cells_are_too_many() -> None:
    async with asking(sample.alarmed()) as browser:
        page = (await browser.get("/en/")).text
    assert page.count('<svg class="days"') == 8
    async with asking(sample.many(contestants=600, platforms=8)) as browser:
        page = (await browser.get("/en/?show=all")).text
    assert 'class="days"' not in page
