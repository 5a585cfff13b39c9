"""One check now: names and controls asked together, in random order, at every surface that can be asked."""

import secrets
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from siaga.detection.rules.one_check import CheckVerdict, check
from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Measurement, Round, Stream
from siaga.domain.surfaces import surfaces_where
from siaga.domain.time import Clock
from siaga.domain.verdicts import State
from siaga.election.model import ControlKind, Name, NameKind
from siaga.election.naming import names_of_control
from siaga.planning.seeds import order
from siaga.platforms.conversation import Instance
from siaga.ports.spare_rounds import PlatformAccess
from siaga.probing.rounds import Prober

NOT_ASKED: Final = surfaces_where(lambda traits: not traits.is_about_the_name)
"""Surfaces that a check leaves out."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """Whom to ask for, and by which names."""

    id: str
    role: Role
    names: tuple[Name, ...]
    kind: ControlKind = ControlKind.PUBLIC_FIGURE
    """Of a control."""

    def names_on(self, surface: str, platform: str) -> tuple[Name, ...]:
        """The names to ask for at a surface of a platform."""
        return names_of_control(self.kind, self.names, surface, platform)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """What came back for one name at one surface, and what it comes to."""

    access: PlatformAccess
    surface: str
    subject: str
    name: str
    checked: CheckVerdict
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


def surfaces(access: PlatformAccess) -> list[str]:
    """The surfaces of a platform that say something in the instance's session, in their usual order."""
    return [
        surface
        for surface, sessions in access.platform.surfaces.items()
        if access.instance.session in sessions and surface not in NOT_ASKED
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
"""Whether so many names may be asked at a surface of a platform now; where they may, they are counted."""


class SingleCheck:
    """One check: as many rounds as it takes, a bounded number."""

    def __init__(
        self, prober: Prober, clock: Clock, settings: Settings | None = None, lend: Lend | None = None
    ) -> None:
        """With `lend`, a round is asked only where it allows that; a surface stays as it is known by then."""
        self._prober = prober
        self._clock = clock
        self._settings = settings or Settings()
        self._lend = lend

    async def lines(
        self, access: PlatformAccess, people: Sequence[Somebody], most_rounds: int
    ) -> list[CheckLine]:
        """Check everybody at every surface of a platform; what is known in the end."""
        known: dict[str, tuple[CheckLine, ...]] = {}
        async for progress in self.rounds(access, people, most_rounds):
            known[progress.surface] = progress.lines
        return [line for lines in known.values() for line in lines]

    async def rounds(
        self,
        access: PlatformAccess,
        people: Sequence[Somebody],
        most_rounds: int,
        only: Sequence[str] | None = None,
    ) -> AsyncGenerator[CheckProgress]:
        """The same, round by round; at the surfaces of `only`, where given.

        A surface where a name was missing is asked again, controls and all, until the odds are clear or
        `most_rounds` were asked.
        """
        instance = access.instance
        conversation = None if access.signed_in else access.platform.sign_in(instance)
        if conversation is not None:
            signed_in = await self._prober.sign_in(conversation, access.vantage)
            instance = replace(instance, secret=signed_in.token)
        for surface in surfaces(access) if only is None else only:
            asked = [
                (person, fitting[0].text)
                for person in people
                if (fitting := person.names_on(surface, access.id))
            ]
            if not any(person.role is Role.TARGET for person, _ in asked):
                continue
            rounds: list[tuple[Measurement, ...]] = []
            while len(rounds) < most_rounds:
                if self._lend is not None and not self._lend(access, surface, len(asked)):
                    break
                round_ = self._round(access, instance, surface, asked)
                rounds.append(await self._ask(access, instance, round_))
                lines = tuple(self._lines(access, surface, asked, rounds))
                yield CheckProgress(surface, rounds[-1], round_.seed, lines)
                if not any(_is_unsettled(line) for line in lines):
                    break

    def _round(
        self, access: PlatformAccess, instance: Instance, surface: str, asked: Sequence[tuple[Somebody, str]]
    ) -> Round:
        seed = secrets.token_bytes(32)
        now = self._clock.now()
        askings = tuple(
            Asking(position, person.id, person.role, text)
            for position, (person, text) in enumerate(order(seed, list(asked)))
        )
        stream = Stream(access.id, surface, access.vantage, instance.session)
        return Round(uuid7(now, secrets.randbits(74)), now, stream, seed, askings, "check")

    async def _ask(
        self, access: PlatformAccess, instance: Instance, round_: Round
    ) -> tuple[Measurement, ...]:
        result = await self._prober.ask_round(
            round_, access.platform, instance, election="check", clock=self._clock
        )
        return result.measurements

    def _lines(
        self,
        access: PlatformAccess,
        surface: str,
        asked: Sequence[tuple[Somebody, str]],
        rounds: Sequence[Sequence[Measurement]],
    ) -> Iterator[CheckLine]:
        everything = tuple(measurement for round_ in rounds for measurement in round_)
        for person, text in asked:
            if person.role is not Role.TARGET:
                continue
            own = [measurement for measurement in everything if measurement.subject == person.id]
            if own:
                checked = check(rounds, person.id, self._settings)
                yield CheckLine(access, surface, person.id, text, checked, own[-1], everything)


def _is_unsettled(line: CheckLine) -> bool:
    return line.checked.state is State.INSUFFICIENT and line.checked.counts.missing > 0
