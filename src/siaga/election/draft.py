"""What has been read of a file so far, with the places that faults across fields must name."""

from dataclasses import dataclass, field
from typing import Final

from siaga.election.fields import Section
from siaga.election.model import Contestant, Control, Event, Name, PlatformWatch, Vantage

SUBJECTS: Final = "contestants, people and controls"
PLATFORMS: Final = "platforms"
VANTAGES: Final = "vantages"
EVENTS: Final = "events"


@dataclass(frozen=True, slots=True)
class PlacedName:
    """A name and where it stands."""

    name: Name
    subject: str
    """Whose it is; a place in the file where the subject's id could not be read."""
    contestant: str | None
    """The place of the contestant that the subject belongs to; None for a control."""
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class PlacedId:
    """An id, among which others it must be unique, and where it stands."""

    id: str
    among: str
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class PlacedPlatform:
    """A platform and where its parts stand."""

    watch: PlatformWatch
    path: str
    surface_places: tuple[tuple[str, int], ...]
    """Path and line of each surface, as in `watch.surfaces`."""
    budget_places: tuple[tuple[str, int], ...]
    """Path and line of each budget, as in `watch.budgets`."""
    vantage_places: tuple[tuple[str, int], ...]
    """Path and line of each vantage named, as in `watch.vantages`."""


@dataclass
class Draft:
    """The parts that could be read."""

    contestants: list[Contestant] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    canaries: list[tuple[str, str, int]] = field(default_factory=list)
    """Text, path and line."""
    ids: list[PlacedId] = field(default_factory=list)
    """Of everything that has one, in the file's order."""
    names: list[PlacedName] = field(default_factory=list)
    """Of all subjects, in the file's order."""
    platforms: list[PlacedPlatform] = field(default_factory=list)
    vantages: list[Vantage] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    least_controls: int = 3

    def id_of(self, section: Section, among: str) -> str | None:
        """The section's `id`, noted so that it can be compared with the others."""
        id = section.id("id")
        if id is not None:
            self.ids.append(PlacedId(id, among, section.at("id"), section.line_of("id")))
        return id
