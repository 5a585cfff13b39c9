"""A scenario: what goes wrong on the simulated platforms, when. Read strictly from YAML; then pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from siaga.simulation.faults import InjectedFault
from siaga.simulation.posts import Wave

HERE = Path(__file__).parent / "scenarios"
"""Where the scenarios that come with Siaga are."""


@dataclass(frozen=True, slots=True)
class ScenarioTrouble:
    """A fault with the time that it lasts, and the word that the scenario calls it by."""

    id: str
    fault: InjectedFault
    starts: datetime
    ends: datetime | None
    """None for as long as the scenario is asked."""


@dataclass(frozen=True, slots=True)
class PlatformWave:
    """A wave of posts on one platform."""

    platform: str
    wave: Wave


@dataclass(frozen=True, slots=True)
class ScenarioNote:
    """What a step means, in words, for those who watch."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens on the simulated platforms."""

    id: str
    label: str
    seed: str
    """Posts, chances and shuffles follow from it."""
    starts: datetime
    ends: datetime
    limits: bool = True
    """Whether the platforms count askings against their contracts' limits."""
    troubles: tuple[ScenarioTrouble, ...] = ()
    waves: tuple[PlatformWave, ...] = ()
    notes: tuple[ScenarioNote, ...] = ()

    def faults_at(self, at: datetime) -> tuple[InjectedFault, ...]:
        """The faults that hold at a moment."""
        return tuple(trouble.fault for trouble in self.troubles_at(at))

    def troubles_at(self, at: datetime) -> tuple[ScenarioTrouble, ...]:
        """The same, with their words and times."""
        return tuple(
            trouble
            for trouble in self.troubles
            if trouble.starts <= at and (trouble.ends is None or at < trouble.ends)
        )

    def waves_on(self, platform: str) -> tuple[Wave, ...]:
        """The waves of one platform."""
        return tuple(wave.wave for wave in self.waves if wave.platform == platform)


def shipped() -> Sequence[str]:
    """The ids of the scenarios that come with Siaga."""
    files = (path for path in HERE.glob("*.yaml") if not path.stem.endswith("-election"))
    return sorted(path.stem for path in files)


def shipped_files(id: str) -> tuple[Path, Path]:
    """The scenario file and the election file of a shipped scenario.

    A scenario without an election file of its own is played on January 2024's.
    """
    own = HERE / f"{id}-election.yaml"
    return HERE / f"{id}.yaml", own if own.exists() else HERE / "january-2024-election.yaml"


def quiet(starts: datetime, seed: str = "quiet", span: timedelta = timedelta(days=36500)) -> Scenario:
    """A scenario in which nothing happens, without limits: for tests and benchmarks."""
    return Scenario("quiet", "Nothing happens", seed, starts, starts + span, limits=False)
