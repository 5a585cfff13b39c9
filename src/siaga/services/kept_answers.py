"""Which of the answers that were kept belong to a case: those of its time at its platform."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from siaga.cases.case import Case
from siaga.journal.events import JournalEvent
from siaga.probing.evidence import BEFORE_A_CASE, EvidenceStore, KeptAnswer


class KeptAnswers:
    """What `ports/evidence.py` describes, from the folder of a watch that may be running."""

    def __init__(self, folder: Path, history: Callable[[str], Sequence[JournalEvent]]) -> None:
        """`history` gives everything that happened to a case."""
        self._folder, self._history = folder, history

    def of_case(self, case: Case) -> Sequence[KeptAnswer]:
        """Bodies and pictures of the case's time at its platform, oldest first."""
        if not self._folder.is_dir():
            return ()
        begun = self._history(case.id)[0].at
        return EvidenceStore.kept_in(self._folder / case.platform, begun - BEFORE_A_CASE, _over(case))


def _over(case: Case) -> datetime | None:
    """When it ended; None while it is open."""
    return None if case.stage.is_open else max(case.reached.values())
