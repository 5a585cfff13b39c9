"""The pages' languages: gettext catalogues, numbers, odds, times and spans as people say them."""

import gettext
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.units import format_unit

from siaga.domain.label import Label, label_in

LOCALES = Path(__file__).parent / "locale"
SOURCE_LANGUAGE = "en"
DEFAULT_LANGUAGE = "id"
"""What whoever asks for no language that there is reads: Indonesian, whatever catalogues are added."""
_DAY = 24 * 60
"""Minutes."""
_MOST_IN_HOURS = 100 * 60
"""Minutes: people count hours of an incident that long, and days of what lasts longer."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "translate this later"
    """Mark a message for the catalogues."""
    return message


@cache
def languages() -> tuple[str, ...]:
    """The languages that pages are offered in: the source and every catalogue in `locale/`."""
    return (*sorted(path.stem for path in LOCALES.glob("*.po")), SOURCE_LANGUAGE)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its `.po` file when first asked for."""
    path = LOCALES / f"{language}.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@cache
def _locale(language: str) -> Locale:
    """What Babel knows of a language: looked up once, as a page says a thousand numbers."""
    return Locale.parse(language)


@cache
def _hours(language: str) -> str:
    """How a language writes hours and minutes: with a colon, or, as Indonesian does, with a point."""
    short = str(_locale(language).time_formats["short"].pattern)
    return "HH.mm" if "." in short else "HH:mm"


@dataclass(frozen=True, slots=True)
class Speech:
    """How one language says things, in one time zone."""

    language: str
    zone: str
    """IANA name of the election's time zone."""

    @property
    def gettext(self) -> Callable[[str], str]:
        """Translates a message."""
        return translations(self.language).gettext

    def say(self, message: str, /, **values: object) -> str:
        """The message in this language, `{name}` fields filled in."""
        return self.gettext(message).format_map(self._in_this_language(values))

    def _in_this_language(self, values: Mapping[str, object]) -> Mapping[str, object]:
        return {
            name: label_in(self.language, value) if isinstance(value, Label) else value
            for name, value in values.items()
        }

    def count(self, singular: str, plural: str, n: int, /, **values: object) -> str:
        """One of two messages by how many there are (in this language's own forms), `{n}` filled in."""
        chosen = translations(self.language).ngettext(singular, plural, n)
        return chosen.format_map({"n": self.number(n), **self._in_this_language(values)})

    def number(self, value: float) -> str:
        """`12.345,6` or `12,345.6`."""
        return str(format_decimal(value, locale=_locale(self.language)))

    def listed(self, items: Sequence[str]) -> str:
        """`A`, `A and B`, `A, B, and C`."""
        said = [label_in(self.language, item) for item in items]
        return str(format_list(said, locale=_locale(self.language)))

    def percent(self, share: float) -> str:
        """A share from 0 to 1 as a whole percentage."""
        return f"{self.number(round(share * 100))}%"

    def odds(self, evidence: float) -> str:
        """`4.3 million to 1`; below even odds: `less than 1 to 1`."""
        if not evidence >= 1:
            return self.say("less than 1 to 1")
        return self.say("{odds} to 1", odds=self.large(evidence))

    def large(self, value: float) -> str:
        """A number as people say it: two digits and a word of scale."""
        if value < 10:
            return self.number(math.floor(value * 10) / 10)
        if value < 10_000:
            return self.number(math.floor(value))
        for scale, word in (
            (1e12, N_("{n} trillion")),
            (1e9, N_("{n} billion")),
            (1e6, N_("{n} million")),
            (1e3, N_("{n} thousand")),
        ):
            if value >= scale:
                if value >= 1000 * scale:
                    return self.say("more than 1,000 trillion")
                amount = value / scale
                shown = math.floor(amount * 10) / 10 if amount < 100 else math.floor(amount)
                return self.say(word, n=self.number(shown))
        return self.number(math.floor(value))

    def time(self, at: datetime) -> str:
        """`07:02`, in Indonesian `07.02`; in the election's zone."""
        return self._written(at, _hours(self.language))

    def day(self, day: date) -> str:
        """`25 Jan 2024`."""
        return str(format_date(day, "d MMM y", locale=_locale(self.language)))

    def clock(self, at: datetime) -> str:
        """`25 Jan 2024, 07:02:11`, in the election's zone."""
        hours = _hours(self.language)
        return self._written(at, f"d MMM y, {hours}{hours[2]}ss")

    def moment(self, at: datetime, now: datetime | None = None) -> str:
        """`07:02` on the same day as `now`, else `25 Jan 07:02`; in the election's zone."""
        zone = ZoneInfo(self.zone)
        if now is not None and at.astimezone(zone).date() == now.astimezone(zone).date():
            return self.time(at)
        return self._written(at, f"d MMM {_hours(self.language)}")

    def _written(self, at: datetime, pattern: str) -> str:
        return str(format_datetime(at, pattern, tzinfo=ZoneInfo(self.zone), locale=_locale(self.language)))

    def zone_name(self, at: datetime) -> str:
        """`WIB` where the zone has such a name, else its offset such as `+03`."""
        return at.astimezone(ZoneInfo(self.zone)).strftime("%Z")

    def span(self, span: timedelta) -> str:
        """`3 minutes`, `28 hours 43 minutes`, `5 days 3 hours`: to the minute; from 100 hours on to the hour.

        What is a whole number of days is said in days, what is less than a minute in seconds.
        """
        seconds = span.total_seconds()
        if seconds < 60:
            return self._unit(math.floor(seconds), "second")
        minutes = math.floor(seconds / 60)
        if minutes % _DAY == 0 and minutes > _DAY:
            return self._unit(minutes // _DAY, "day")
        if minutes < _MOST_IN_HOURS:
            return self._units((minutes // 60, "hour"), (minutes % 60, "minute"))
        hours = minutes // 60
        return self._units((hours // 24, "day"), (hours % 24, "hour"))

    def _units(self, *parts: tuple[int, str]) -> str:
        return " ".join(self._unit(amount, unit) for amount, unit in parts if amount)

    def _unit(self, amount: int, unit: str) -> str:
        return str(format_unit(amount, unit, locale=_locale(self.language)))
