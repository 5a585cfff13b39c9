"""One check now: names and controls asked together, in random order, at every surface that can be asked."""

import secrets
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from siaga.detection.one_check import Checked, check
from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Measurement, Round, Stream
from siaga.domain.time import Clock
from siaga.domain.verdicts import State
from siaga.election.model import Name, NameKind
from siaga.election.naming import names_for
from siaga.planning.seeds import order
from siaga.platforms.conversation import Instance, PlatformReader
from siaga.probing.rounds import Prober

VANTAGE: Final = "here"
NOT_ASKED: Final = frozenset({"replies", "trends"})
"""Surfaces that a check leaves out: they speak of an account's posts and of the day, not of a name."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom to ask for, and by which names."""

    id: str
    role: Role
    names: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class PlatformAccess:
    """A platform to ask."""

    id: str
    label: str
    platform: PlatformReader
    instance: Instance
    vantage: str = VANTAGE
    signed_in: bool = False
    """Whether the instance holds what signing in gives, where the platform asks for that."""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What came back for one name at one surface, and what it comes to."""

    place: PlatformAccess
    surface: str
    subject: str
    name: str
    checked: Checked
    last: Measurement
    """The newest of its measurements."""
    measurements: tuple[Measurement, ...]
    """All of the surface's, controls included."""


def named(text: str, role: Role) -> Somebody:
    """Somebody by what a person typed: `@handle`, `#tag`, or a name (which is also asked as a hashtag)."""
    if text.startswith("@") and len(text) > 1:
        return Somebody(text, role, (Name(text[1:], NameKind.HANDLE),))
    if text.startswith("#") and len(text) > 1:
        return Somebody(text, role, (Name(text[1:], NameKind.HASHTAG),))
    tag = "".join(character for character in text if character.isalnum())
    names = (Name(text, NameKind.FULL), Name(tag, NameKind.HASHTAG)) if tag else (Name(text, NameKind.FULL),)
    return Somebody(text, role, names)


def surfaces(place: PlatformAccess) -> list[str]:
    """The surfaces of a platform that say something in the instance's session, in their usual order."""
    return [
        surface
        for surface, sessions in place.platform.surfaces.items()
        if place.instance.session in sessions and surface not in NOT_ASKED
    ]


@dataclass(frozen=True, slots=True)
class CheckProgress:
    """What is known of one surface after one more round of a check."""

    surface: str
    round: tuple[Measurement, ...]
    """The round's measurements, in the order in which they were asked."""
    seed: bytes
    """What that order follows from."""
    lines: tuple[CheckLine, ...]


Lend = Callable[[PlatformAccess, str, int], bool]
"""Whether a place may be asked for so many names at a surface now; where it may, they are counted."""


class SingleCheck:
    """One check: rounds as many as it takes, a bounded number."""

    def __init__(
        self, prober: Prober, clock: Clock, settings: Settings | None = None, lend: Lend | None = None
    ) -> None:
        """With `lend`, a round is asked only where it says so; a surface stays as it is known by then."""
        self._prober = prober
        self._clock = clock
        self._settings = settings or Settings()
        self._lend = lend

    async def place(
        self, place: PlatformAccess, people: Sequence[Somebody], most_rounds: int
    ) -> list[CheckLine]:
        """Check everybody at every surface of a platform; what is known in the end."""
        known: dict[str, tuple[CheckLine, ...]] = {}
        async for progress in self.rounds(place, people, most_rounds):
            known[progress.surface] = progress.lines
        return [line for lines in known.values() for line in lines]

    async def rounds(
        self,
        place: PlatformAccess,
        people: Sequence[Somebody],
        most_rounds: int,
        only: Sequence[str] | None = None,
    ) -> AsyncGenerator[CheckProgress]:
        """The same, round by round; at the surfaces of `only`, where given.

        A surface where a name was missing is asked again, controls and all, until the odds are clear or
        `most_rounds` were asked.
        """
        instance = place.instance
        conversation = None if place.signed_in else place.platform.sign_in(instance)
        if conversation is not None:
            signed_in = await self._prober.sign_in(conversation, place.vantage)
            instance = replace(instance, secret=signed_in.token)
        for surface in surfaces(place) if only is None else only:
            asked = [
                (one, fitting[0].text)
                for one in people
                if (fitting := names_for(one.names, surface, place.id))
            ]
            if not any(one.role is Role.TARGET for one, _ in asked):
                continue
            rounds: list[tuple[Measurement, ...]] = []
            while len(rounds) < most_rounds:
                if self._lend is not None and not self._lend(place, surface, len(asked)):
                    break
                round_ = self._round(place, instance, surface, asked)
                rounds.append(await self._ask(place, instance, round_))
                lines = tuple(self._lines(place, surface, asked, rounds))
                yield CheckProgress(surface, rounds[-1], round_.seed, lines)
                if not any(self._unsettled(line) for line in lines):
                    break

    def _round(
        self, place: PlatformAccess, instance: Instance, surface: str, asked: Sequence[tuple[Somebody, str]]
    ) -> Round:
        seed = secrets.token_bytes(32)
        now = self._clock.now()
        askings = tuple(
            Asking(position, one.id, one.role, text)
            for position, (one, text) in enumerate(order(seed, list(asked)))
        )
        stream = Stream(place.id, surface, place.vantage, instance.session)
        return Round(uuid7(now, secrets.randbits(74)), now, stream, seed, askings, "check")

    async def _ask(self, place: PlatformAccess, instance: Instance, round_: Round) -> tuple[Measurement, ...]:
        result = await self._prober.ask_round(
            round_, place.platform, instance, election="check", clock=self._clock
        )
        return result.measurements

    def _lines(
        self,
        place: PlatformAccess,
        surface: str,
        asked: Sequence[tuple[Somebody, str]],
        rounds: Sequence[Sequence[Measurement]],
    ) -> Iterator[CheckLine]:
        everything = tuple(measurement for one in rounds for measurement in one)
        for one, text in asked:
            if one.role is not Role.TARGET:
                continue
            own = [measurement for measurement in everything if measurement.subject == one.id]
            if own:
                checked = check(rounds, one.id, self._settings)
                yield CheckLine(place, surface, one.id, text, checked, own[-1], everything)

    def _unsettled(self, line: CheckLine) -> bool:
        return line.checked.state is State.INSUFFICIENT and line.checked.counts.missing > 0
