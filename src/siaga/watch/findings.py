"""Changes of state as the journal tells them: a finding opened, changed, over."""

import logging
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from siaga.cases.verdict_json import verdict_from_json, verdict_to_json
from siaga.domain.verdicts import FindingKey, State, Verdict
from siaga.journal.journal import PAGE, Journal, KeyReused
from siaga.journal.kinds import Kind

MOST_CHANGES: Final = 500
"""So many changes are kept for the pages; the journal has them all."""
ANEW: Final = "All measurements were judged anew: the election file or the software is another."

_log = logging.getLogger(__name__)


class OpenFindings:
    """The open findings and the last changes. Its state is saved with the detection's, so that a change
    which is taken again after a kill is told in the same words, and so written once."""

    def __init__(self) -> None:
        self._open: dict[FindingKey, Verdict] = {}
        self._changes: deque[Verdict] = deque(maxlen=MOST_CHANGES)

    def take(self, change: Verdict, journal: Journal) -> None:
        """Journal what changed."""
        kind = self.note(change)
        if kind is None:
            return
        what = verdict_to_json(change)
        try:
            journal.append(kind, "watch", what, key=f"{change.key}/{change.state}/{what['at']}", at=change.at)
        except KeyReused:  # it was told in other words; a journal is not told twice
            _log.warning("%s is in the journal with other content", change.key)

    def note(self, change: Verdict) -> Kind | None:
        """Keep what changed; returns what the journal would call it, None for nothing."""
        key = change.key
        known = key in self._open
        if change.state.is_finding:
            self._open[key] = change
            self._changes.appendleft(change)
            return Kind.FINDING_CHANGED if known else Kind.FINDING_OPENED
        if known:
            del self._open[key]
            self._changes.appendleft(change)
            return Kind.FINDING_OVER
        if change.state is not State.FINDABLE:
            self._changes.appendleft(change)
        return None

    def tell_what_differs(self, journal: Journal, present: Iterable[Verdict]) -> None:
        """After all was judged anew without a word: journal what is open now and was not told, and what was
        told and is not open, with the present verdict about it."""
        journalled = _journalled(journal)
        for key, verdict in self._open.items():
            if key not in journalled:
                journal.append(Kind.FINDING_OPENED, "watch", verdict_to_json(verdict), ANEW)
            elif journalled[key].state is not verdict.state:
                journal.append(Kind.FINDING_CHANGED, "watch", verdict_to_json(verdict), ANEW)
        now = {verdict.key: verdict for verdict in present if not verdict.is_of_one_stream}
        for key in journalled.keys() - self._open.keys():
            last = now.get(key) or replace(journalled[key], state=State.INSUFFICIENT)
            journal.append(Kind.FINDING_OVER, "watch", verdict_to_json(last), ANEW)

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
            "open": [verdict_to_json(verdict) for verdict in self._open.values()],
            "changes": [verdict_to_json(verdict) for verdict in self._changes],
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take back what `state` gave."""
        opened = [verdict_from_json(values) for values in state["open"]]
        self._open = {verdict.key: verdict for verdict in opened}
        self._changes = deque((verdict_from_json(values) for values in state["changes"]), MOST_CHANGES)


def _journalled(journal: Journal) -> dict[FindingKey, Verdict]:
    """The findings that are open by what the journal tells."""
    found: dict[FindingKey, Verdict] = {}
    after = 0
    kinds = (Kind.FINDING_OPENED, Kind.FINDING_CHANGED, Kind.FINDING_OVER)
    while events := journal.read(after, kinds, PAGE):
        for event in events:
            verdict = verdict_from_json(event.what)
            found.pop(verdict.key, None)
            if event.kind != Kind.FINDING_OVER:
                found[verdict.key] = verdict
        after = events[-1].seq
    return found
