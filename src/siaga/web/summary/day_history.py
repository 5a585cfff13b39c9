"""What each of the last days was like for a name on a platform: a line in each cell of the matrix."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from siaga.cases.publication import Viewer
from siaga.domain.verdicts import UNKNOWN, State
from siaga.i18n.speech import Speech
from siaga.ports.watch import FindingSpell, WatchView
from siaga.web.charts.svg import escape
from siaga.web.summary.matrix import MatrixRow

DAYS: Final = 90
MOST_CELLS: Final = 400
"""A page of more cells shows no history: it stays light."""
DAY_WIDTH: Final = 2
HEIGHT: Final = 14
_DAY: Final = timedelta(days=1)


class DayKind(StrEnum):
    """What a day was like."""

    QUIET = "q"
    """Measured, and nothing known to be wrong."""
    MISSING = "b"
    REDUCED = "w"
    """Reduced, being verified, or the platform failed for all names."""
    UNMEASURED = "n"


_KINDS: Final[Mapping[State, DayKind]] = {
    State.SUPPRESSED: DayKind.MISSING,
    State.IMPAIRED: DayKind.REDUCED,
    State.SUSPECTED: DayKind.REDUCED,
    State.PLATFORM_DOWN: DayKind.REDUCED,
}


@dataclass(frozen=True, slots=True)
class DayHistory:
    """The last days of one cell, the oldest first."""

    days: Sequence[DayKind]

    def number_of(self, *kinds: DayKind) -> int:
        """How many days were of these kinds."""
        return sum(self.days.count(kind) for kind in kinds)


async def day_histories(
    watch: WatchView, viewer: Viewer, rows: Sequence[MatrixRow]
) -> Mapping[tuple[str, str], DayHistory]:
    """The history of every cell of these rows, by platform and subject, as far as a viewer may know it; of
    none where there are too many cells."""
    if sum(len(row.cells) for row in rows) > MOST_CELLS:
        return {}
    zone, now = ZoneInfo(watch.election.timezone), watch.now()
    today = now.astimezone(zone).date()
    first = today - (DAYS - 1) * _DAY
    since = datetime(first.year, first.month, first.day, tzinfo=zone)
    measured = await watch.measured_days(since, now, [row.person.id for row in rows])
    spells = watch.spells(since, suspicions=viewer.is_room)
    found: dict[tuple[str, str], DayHistory] = {}
    for row in rows:
        for cell in row.cells:
            key = (cell.platform.id, cell.subject)
            known = measured.get(key, frozenset()) - {today}
            if cell.state not in UNKNOWN:
                known |= {today}
            concerning = [spell for spell in spells if _concerns(spell, *key)]
            found[key] = day_history(first, DAYS, known, concerning, zone, now)
    return found


def day_history(
    first: date,
    days: int,
    measured: Iterable[date],
    spells: Sequence[FindingSpell],
    zone: ZoneInfo,
    now: datetime,
) -> DayHistory:
    """What each of `days` days from `first` on was like, by the days on which the name was measured and the
    stretches of the findings about it."""
    known = frozenset(measured)
    kinds = [DayKind.QUIET if first + n * _DAY in known else DayKind.UNMEASURED for n in range(days)]
    for spell in sorted(spells, key=lambda spell: _KINDS[spell.state] is DayKind.MISSING):
        begin = (spell.began.astimezone(zone).date() - first).days
        end = ((spell.ended or now).astimezone(zone).date() - first).days
        for place in range(max(begin, 0), min(end, days - 1) + 1):
            kinds[place] = _KINDS[spell.state]
    return DayHistory(kinds)


def _concerns(spell: FindingSpell, platform: str, subject: str) -> bool:
    """Whether a stretch is of the name, or of the platform as a whole."""
    key = spell.key
    if key.platform != platform or spell.state not in _KINDS:
        return False
    return key.subject == subject or (key.subject is None and key.surface is None and key.vantage is None)


def history_line(speech: Speech, history: DayHistory | None) -> str:
    """The days as a line: quiet ones flat, problems tall or half, dots where nothing was measured."""
    if history is None:
        return ""
    width, parts = DAY_WIDTH * len(history.days), list[str]()
    for kind, begin, length in _runs(history.days):
        x, wide = begin * DAY_WIDTH, length * DAY_WIDTH
        match kind:
            case DayKind.UNMEASURED:
                parts.append(f'<path class="n" d="M{x} 12h{wide}"/>')
            case DayKind.QUIET:
                parts.append(f'<rect class="q" x="{x}" y="10" width="{wide}" height="4"/>')
            case DayKind.REDUCED:
                parts.append(f'<rect class="w" x="{x}" y="5" width="{wide}" height="9"/>')
            case DayKind.MISSING:
                parts.append(f'<rect class="b" x="{x}" width="{wide}" height="{HEIGHT}"/>')
    said = speech.say(
        "Last {n} days: a problem on {problems}, not measured on {unmeasured}",
        n=speech.number(len(history.days)),
        problems=speech.number(history.number_of(DayKind.MISSING, DayKind.REDUCED)),
        unmeasured=speech.number(history.number_of(DayKind.UNMEASURED)),
    )
    return (
        f'<svg class="days" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(said)}">{"".join(parts)}</svg>'
    )


def _runs(days: Sequence[DayKind]) -> Iterable[tuple[DayKind, int, int]]:
    """Neighbouring days that are alike, with where they begin and how many they are."""
    begin = 0
    for place in range(1, len(days) + 1):
        if place == len(days) or days[place] is not days[begin]:
            yield days[begin], begin, place - begin
            begin = place
