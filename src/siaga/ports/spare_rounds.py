"""What may be asked of platforms beside the watch's own rounds, without taking what these need."""

from dataclasses import dataclass
from typing import Final, Protocol

from siaga.domain.answers import Session
from siaga.election.model import PlatformWatch
from siaga.platforms.conversation import Instance, PlatformReader

HERE: Final = "here"
"""The vantage of whoever asks without an election file: this machine."""


@dataclass(frozen=True, slots=True)
class PlatformAccess:
    """A platform with all that it takes to ask it."""

    id: str
    label: str
    platform: PlatformReader
    instance: Instance
    vantage: str = HERE
    signed_in: bool = False
    """Whether the instance holds what signing in gives, where the platform asks for that."""


class SpareRounds(Protocol):
    """What of the watch's budgets can be spared."""

    async def access(self, platform: PlatformWatch, session: Session) -> PlatformAccess | None:
        """How a platform is asked in a session, from its first vantage; None where it may be asked nothing
        now, not even to sign in."""
        ...

    def lend(self, access: PlatformAccess, surface: str, names: int) -> bool:
        """Whether a round of so many names may be asked now; then it is counted."""
        ...
