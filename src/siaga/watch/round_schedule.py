"""Which rounds are asked when: the planner with its daily seed keys and its state on disk."""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import orjson

from siaga.domain.answers import Session
from siaga.domain.credentials import MissingCredential, is_unasked
from siaga.domain.errors import BadInput
from siaga.domain.quota import Quota
from siaga.domain.records import Round, Stream
from siaga.domain.time import Clock
from siaga.election.model import Election
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind
from siaga.measurements.files import put_aside
from siaga.planning.planner import Planner
from siaga.planning.request_costs import RequestCosts
from siaga.planning.stream_schedule import RETRIES, BudgetLeft
from siaga.ports.supervision import Supervision, WatchPart
from siaga.watch import seed_keys

_log = logging.getLogger(__name__)

MOST_ASKED_AGAIN: Final = 24
"""Names under suspicion that are asked in every round of a platform where names take turns."""
Worth = Mapping[tuple[str, str], float]
"""The evidence that a further round is expected to bring, by surface and vantage."""


class RoundSchedule:
    """The plan of one watch. It is written to disk before anything is asked, so that a kill makes no budget
    forgotten. A power cut may: then a minute's worth of budget is asked twice at most."""

    def __init__(
        self,
        election: Election,
        costs: RequestCosts,
        directory: Path,
        journal: Journal,
        clock: Clock,
        worth_asking: Callable[[str], Worth],
        unsettled: Callable[[str, int], Sequence[str]],
        supervision: Supervision,
        missing: Sequence[MissingCredential] = (),
    ) -> None:
        """Take up the plan that `directory` holds. `worth_asking` says of a platform what further rounds
        are worth now, `unsettled` who is under suspicion there: so many at most, the nearest to proof first.
        What needs a credential that is `missing` is not asked.

        Raises:
            BadInput: a budget cannot carry a round.
        """
        self._costs, self._directory, self._journal = costs, directory, journal
        self._clock, self._worth_asking, self._supervision = clock, worth_asking, supervision
        self._unsettled, self._missing = unsettled, missing
        started = clock.now()
        self._planner = Planner(election, costs, self._key_of, started)
        if not self._restore(started):  # what was taken up before it failed must not stay
            self._planner = Planner(election, costs, self._key_of, started)
        self._confirming: set[str] = set()
        """Platforms whose burst a round began, and nobody else asked for."""
        self.changed = asyncio.Event()
        """Set when something may be due earlier than `next_due` said."""

    def next_due(self) -> datetime:
        """When the next round is due; may be past."""
        return self._planner.next_due()

    def take_due(self) -> tuple[Round, ...]:
        """The rounds to ask now; the plan that has them as asked is on disk by then.

        Where it cannot be written they are asked all the same: a kill would then make forgotten what of the
        budgets they use.
        """
        now = self._clock.now()
        with self._supervision.guard(WatchPart.SEED_KEYS):
            self._reveal_past_keys(now)
        due = self._planner.take_due(now)
        rounds = tuple(r for r in due if self.is_asked(r.stream.platform, r.stream.session))
        for round_ in due:
            if round_ not in rounds:
                self._planner.finished(round_, now, 0)
        if rounds:
            with self._supervision.guard(WatchPart.PLAN):
                self.save()
        return rounds

    def is_asked(self, platform: str, session: Session) -> bool:
        """Whether a platform is asked in a session at all: not where its credential is missing."""
        return not is_unasked(self._missing, platform, session)

    def finished(self, round_: Round, sent: int | None = None) -> None:
        """A round has ended; `sent` requests went out (None: take it that all did)."""
        self._planner.finished(round_, self._clock.now(), sent)

    def burn(self, platform: str, word: str) -> None:
        """A canary was found: from the next round on another takes its place."""
        self._planner.burn(platform, word, self._clock.now())

    def learn(self, stream: Stream, quota: Quota) -> None:
        """Take what a platform says of its limits; spent credit is logged, and what is not believable."""
        note = self._planner.learn(stream.platform, stream.vantage, quota, self._clock.now())
        if note:
            _log.warning("%s", note)

    def suspect(self, platform: str, surface: str, since: datetime) -> None:
        """Ask a platform more often from `since` on: what a round brought calls for it at a surface."""
        self._confirming.add(platform)
        self._ask_unsettled_again(platform)
        self._planner.suspect(platform, since, surface, self._worth_asking(platform))

    def reassure(self, platform: str) -> None:
        """A round called for nothing: end the burst that rounds began once no further one would tell more."""
        self._ask_unsettled_again(platform)
        if platform in self._confirming and not any(self._worth_asking(platform).values()):
            self._confirming.discard(platform)
            self._planner.settle(platform, self._clock.now())

    def _ask_unsettled_again(self, platform: str) -> None:
        if self._planner.takes_turns(platform):
            self._planner.ask_again(platform, self._unsettled(platform, MOST_ASKED_AGAIN))

    def ask_more(self, platform: str, surfaces: Sequence[str]) -> None:
        """Ask a platform more often from now on, at `surfaces` first; people or reports call for it."""
        self._confirming.discard(platform)
        self._ask_unsettled_again(platform)
        now, worth = self._clock.now(), self._worth_asking(platform)
        for surface in surfaces or (None,):
            self._planner.suspect(platform, now, surface, worth)
        self.changed.set()

    def lend(self, platform: str, vantage: str, requests: int) -> bool:
        """Whether so many requests may be sent beside the plan now; then they are counted."""
        return self._planner.lend(platform, vantage, requests, self._clock.now())

    def lend_round(self, platform: str, vantage: str, surface: str, names: int) -> bool:
        """Whether a round of so many names may be asked beside the plan now; then it is counted, with a retry
        of each name, and the plan is on disk."""
        most = names * self._costs[platform, surface] * (1 + RETRIES)
        lent = self.lend(platform, vantage, most)
        if lent:
            self.save()
        return lent

    def budgets_left(self) -> tuple[BudgetLeft, ...]:
        """What every platform may still be asked, from each vantage."""
        return self._planner.left(self._clock.now())

    def save(self) -> None:
        """Write the plan to disk."""
        temporary = self._directory / "plan.new"
        plan = self._planner.state()
        temporary.write_bytes(orjson.dumps({"plan": plan, "sha256": _digest(plan)}))
        temporary.replace(self._directory / "plan.json")

    def _restore(self, now: datetime) -> bool:
        """Whether the saved plan could be taken up, or there is none. One that cannot is put aside."""
        path = self._directory / "plan.json"
        try:
            self._planner.restore(whole_plan(path), now)
        except FileNotFoundError:
            return True
        except (BadInput, ValueError, LookupError, TypeError, AttributeError, OverflowError):
            _log.warning("the saved plan cannot be taken up; it is kept as %s", put_aside(path).name)
            return False
        return True

    # Keys

    def _key_of(self, day: date) -> bytes:
        key = seed_keys.key_of(self._directory / "keys", day)
        self._journal.append(
            Kind.SEED_KEY_COMMITTED,
            "watch",
            {"day": day.isoformat(), "sha256": seed_keys.digest(key)},
            key=f"seed-key/{day}/{seed_keys.digest(key)}",
        )
        return key

    def _reveal_past_keys(self, now: datetime) -> None:
        today = now.astimezone(UTC).date()
        for day in seed_keys.past_days(self._directory / "keys", today):
            key = seed_keys.key_of(self._directory / "keys", day)
            self._journal.append(
                Kind.SEED_KEY_REVEALED,
                "watch",
                {"day": day.isoformat(), "key": key.hex()},
                key=f"seed-key-revealed/{day}/{seed_keys.digest(key)}",
            )
            seed_keys.forget(self._directory / "keys", day)


def whole_plan(path: Path) -> dict[str, Any]:
    """The plan in a file, as it was saved; by an older version without a digest.

    Raises:
        ValueError: it is none, or was changed.
        FileNotFoundError: there is none.
    """
    saved = orjson.loads(path.read_bytes())
    if not isinstance(saved, dict) or not isinstance(plan := saved.get("plan", saved), dict):
        raise ValueError(path.name)
    if saved.get("sha256") != _digest(plan) if "plan" in saved else "version" not in saved:
        raise ValueError(path.name)
    return plan


def _digest(plan: dict[str, Any]) -> str:
    """SHA-256, hexadecimal: a bit that is not what it was could let a platform be asked far too often."""
    return hashlib.sha256(orjson.dumps(plan)).hexdigest()
