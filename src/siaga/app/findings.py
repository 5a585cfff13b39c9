"""Changes of state as the journal tells them: a finding opened, changed, over."""

from collections import deque
from collections.abc import Iterable, Sequence
from typing import Any, Final

from siaga.app.plain import plain, verdict_of
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.words.verdicts import State, Verdict

MOST_CHANGES: Final = 500
"""So many changes are kept for the pages; the journal has them all."""


def unit(verdict: Verdict) -> str:
    """What a change is about: a name on a platform, or a place. One unit has one open finding at most."""
    if verdict.subject is not None:
        return f"{verdict.platform}/{verdict.subject}"
    return f"{verdict.platform}//{verdict.surface or ''}/{verdict.vantage or ''}"


class Findings:
    """The open findings and the last changes. Its state is saved with the detection's, so that a change
    which is taken again after a kill is told in the same words, and so written once."""

    def __init__(self) -> None:
        self._open: dict[str, Verdict] = {}
        self._changes: deque[Verdict] = deque(maxlen=MOST_CHANGES)

    def take(self, changes: Iterable[Verdict], journal: Journal) -> None:
        """Journal what changed."""
        for change in changes:
            key = unit(change)
            known = key in self._open
            if not change.state.is_finding and not known:
                if change.state is not State.FINDABLE:
                    self._changes.appendleft(change)
                continue
            if change.state.is_finding:
                kind = Kind.FINDING_CHANGED if known else Kind.FINDING_OPENED
                self._open[key] = change
            else:
                kind = Kind.FINDING_OVER
                del self._open[key]
            what = plain(change)
            journal.append(kind, "watch", what, key=f"{key}/{change.state}/{what['at']}", at=change.at)
            self._changes.appendleft(change)

    def changes(self, most: int) -> Sequence[Verdict]:
        """The last changes, newest first."""
        return list(self._changes)[:most]

    def open_at(self, platform: str, surface: str) -> frozenset[str]:
        """The names whose finding is open on the platform, at this surface or at no one surface alone."""
        return frozenset(
            verdict.subject
            for verdict in self._open.values()
            if verdict.platform == platform
            and verdict.subject is not None
            and verdict.surface in {surface, None}
        )

    def state(self) -> dict[str, Any]:
        """Everything, as JSON values."""
        return {
            "open": [plain(verdict) for verdict in self._open.values()],
            "changes": [plain(verdict) for verdict in self._changes],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        opened = [verdict_of(values) for values in state["open"]]
        self._open = {unit(verdict): verdict for verdict in opened}
        self._changes = deque((verdict_of(values) for values in state["changes"]), MOST_CHANGES)
