"""The answers that were kept for cases, as pages see them."""

from collections.abc import Sequence
from typing import Protocol

from siaga.cases.case import Case
from siaga.probing.evidence import KeptAnswer


class EvidenceService(Protocol):
    """What platforms answered while a name was missing."""

    def of_case(self, case: Case) -> Sequence[KeptAnswer]:
        """Bodies and pictures of the case's time at its platform, oldest first. Looks at many files: call it
        in a thread."""
        ...
