"""A report: what a person tells us that they could not find; read within bounds, without who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from unicodedata import category

from siaga.domain.errors import BadInput, Fault
from siaga.domain.matching import undivided
from siaga.election.model import Election

LONGEST_TYPED: Final = 100
LONGEST_PLACE: Final = 60
LONGEST_COMMENT: Final = 1_000
LONGEST_ELSEWHERE: Final = 60
KEPT: Final = timedelta(days=30)
"""So long free words and pictures are kept; what was counted stays."""
ELSEWHERE: Final = "elsewhere"
"""What a form says where the platform is none of the election's."""


class Seen(StrEnum):
    """What the person saw, chosen among pictures of typical answers."""

    NOTHING = "nothing"
    FEW = "few"
    """Few results, or old ones."""
    OTHERS = "others"
    """Results, and none about whom they looked for."""
    NOTICE = "notice"
    """A notice that this is not shown."""
    ERROR = "error"
    WALL = "wall"
    """It asked to sign in."""
    USUAL = "usual"
    """Everything was found as usual."""

    @property
    def is_trouble(self) -> bool:
        """Whether it speaks of a name that could not be found or reached."""
        return self is not Seen.USUAL


class When(StrEnum):
    """When they saw it."""

    NOW = "now"
    TODAY = "today"
    EARLIER = "earlier"


class Source(StrEnum):
    """How it came to us."""

    PUBLIC = "public"
    """The public page."""
    CAMPAIGN = "campaign"
    """A campaign's own address."""
    PHONE = "phone"
    DESK = "desk"
    """The two last are typed in by the room's people."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report. Nothing in it says who told it."""

    id: str
    """A digest of what its reporter alone holds."""
    at: datetime
    """When it came, UTC."""
    platform: str | None
    """Of the election file; None for another."""
    elsewhere: str
    """The other platform, as they wrote it."""
    typed: str
    """What they typed there."""
    subject: str | None
    """Whose name that is; None where it is nobody's of the election."""
    seen: Seen
    when: When
    place: str
    """Roughly where, in their words."""
    source: Source
    comment: str
    picture: str | None = None
    """SHA-256, hexadecimal, of the picture that is kept."""

    @property
    def unit(self) -> tuple[str, str] | None:
        """What it gathers with: platform and subject; None where it is not about what is watched."""
        return None if self.platform is None or self.subject is None else (self.platform, self.subject)


def read_report(
    fields: Mapping[str, str], election: Election, id: str, at: datetime, source: Source, picture: str | None
) -> Report:
    """A report from a form: `platform`, `elsewhere`, `typed`, `seen`, `when`, `place`, `comment`.

    Raises:
        BadInput: with a fault for each field that is wrong.
    """
    faults: list[Fault] = []

    def text(name: str, longest: int) -> str:
        value = " ".join(fields.get(name, "").split()) if name != "comment" else fields.get(name, "").strip()
        if len(value) > longest:
            faults.append(Fault("It is too long.", f"Write at most {longest} characters.", field=name))
        if any(category(letter) in {"Cc", "Cs"} and letter not in "\r\n\t" for letter in value):
            faults.append(Fault("It holds what is no text.", "Type it by hand.", field=name))
        return value

    def one_of(name: str, kind: type[Seen] | type[When], otherwise: str = "") -> str:
        value = fields.get(name, "") or otherwise
        if value not in set(kind):
            faults.append(Fault("Nothing was chosen.", "Choose one.", field=name))
            return next(iter(kind)).value
        return value

    typed = text("typed", LONGEST_TYPED)
    if not typed:
        faults.append(
            Fault("What you typed is missing.", "Write the name that you looked for.", field="typed")
        )
    platform: str | None = fields.get("platform", "")
    elsewhere = text("elsewhere", LONGEST_ELSEWHERE)
    if platform == ELSEWHERE:
        platform = None
        if not elsewhere:
            faults.append(Fault("Which one is missing.", "Write its name.", field="elsewhere"))
    elif platform not in {known.id for known in election.platforms}:
        faults.append(Fault("The platform is missing.", "Choose one.", field="platform"))
    seen, when = one_of("seen", Seen), one_of("when", When, When.NOW)
    place, comment = text("place", LONGEST_PLACE), text("comment", LONGEST_COMMENT)
    if faults:
        raise BadInput(*faults)
    return Report(
        id=id,
        at=at,
        platform=platform,
        elsewhere="" if platform is not None else elsewhere,
        typed=typed,
        subject=subject_of(typed, election),
        seen=Seen(seen),
        when=When(when),
        place=place,
        source=source,
        comment=comment,
        picture=picture,
    )


def subject_of(typed: str, election: Election) -> str | None:
    """Whose name was typed, alone or among other words: the longest name that fits; None for nobody's."""
    words = f" {undivided(typed).lstrip('#@')} "
    best: tuple[int, str] | None = None
    for person in election.people():
        for name in person.names:
            wanted = undivided(name.text).lstrip("#@")
            if f" {wanted} " in words and (best is None or len(wanted) > best[0]):
                best = len(wanted), person.id
    return None if best is None else best[1]
