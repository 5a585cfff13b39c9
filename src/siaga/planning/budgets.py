"""How much may still be asked of one platform from one vantage: declared budgets, and what the server says.

Times are microseconds that never run backwards (`monotonic_clock.py`). Requests are held from the moment
that a round is taken and charged at the moment that it is finished, so that whenever in between they were
sent, no span of a budget's length holds more than the budget.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from siaga.domain.quota import Quota
from siaga.election.model import Budget

SECOND: Final = 1_000_000
LONGEST_WAIT: Final = 86_400 * SECOND
"""A server's word binds us for a day at most; it can be repeated."""
SHORTEST_WAIT: Final = 30 * SECOND
"""For a word whose end is already past: the server's clock is not ours."""
SAME_RESET: Final = 2 * SECOND
"""Two reset times this close are one: many servers say whole seconds."""
MOST_WORDS: Final = 8
"""Quotas of one server kept side by side, told apart by their limit."""
LARGEST: Final = 1_000_000_000
"""No count of a server's is taken for more."""
SLOTS: Final = 64
"""A budget's span is remembered in so many steps, each rounded to its later end."""


class BudgetShare(StrEnum):
    """Which part of a budget a round takes."""

    BASE = "base"
    BURST = "burst"


class BudgetWindow:
    """One declared budget: at most `requests` in any span of its length, wherever the span begins."""

    def __init__(self, budget: Budget) -> None:
        self.requests = budget.requests
        self.span = budget.per // timedelta(microseconds=1)
        self.burst_most = self.requests
        """What bursts may take of a span; `spare` sets it."""
        self._slot = max(1, self.span // SLOTS)
        self._charged: deque[tuple[int, int, int]] = deque()  # when, requests, of these by bursts
        self._used = 0
        self._used_by_bursts = 0

    def spare(self, base_requests: float) -> None:
        """Leave bursts what `base_requests` a span leave over, and a quarter of the budget at least."""
        self.burst_most = max(self.requests - int(base_requests + 0.5), self.requests // 4)

    def free(self, now: int, held: int) -> int:
        """Requests that may still be taken while `held` are in flight."""
        self._forget(now)
        return self.requests - self._used - held

    def free_for_bursts(self, now: int, held_by_bursts: int) -> int:
        """Requests that bursts may still take while `held_by_bursts` of theirs are in flight."""
        self._forget(now)
        return self.burst_most - self._used_by_bursts - held_by_bursts

    def charge(self, now: int, requests: int, share: BudgetShare) -> None:
        """Count requests that have been sent by `now`."""
        if requests == 0:
            return
        self._forget(now)
        by_bursts = requests if share is BudgetShare.BURST else 0
        when = -(-now // self._slot) * self._slot
        if self._charged and self._charged[-1][0] >= when:
            when, before, before_by_bursts = self._charged.pop()
            self._charged.append((when, before + requests, before_by_bursts + by_bursts))
        else:
            self._charged.append((when, requests, by_bursts))
        self._used += requests
        self._used_by_bursts += by_bursts

    def free_at(self, now: int, held: int, requests: int) -> int | None:
        """When `requests` will be free at the latest; None where that depends on rounds in flight."""
        missing = requests - self.free(now, held)
        if missing <= 0:
            return now
        for when, charged, _ in self._charged:
            missing -= charged
            if missing <= 0:
                return when + self.span + 1
        return None

    def state(self) -> list[list[int]]:
        """What has been charged, as plain values."""
        return [list(spent) for spent in self._charged]

    def restore(self, charged: list[list[int]]) -> None:
        """Take up what `state` gave."""
        self._charged = deque((when, requests, by_bursts) for when, requests, by_bursts in charged)
        self._used = sum(spent[1] for spent in self._charged)
        self._used_by_bursts = sum(spent[2] for spent in self._charged)

    def _forget(self, now: int) -> None:
        while self._charged and self._charged[0][0] + self.span < now:
            _, requests, by_bursts = self._charged.popleft()
            self._used -= requests
            self._used_by_bursts -= by_bursts


@dataclass(slots=True)
class _ServerQuota:
    """A server's word: so many requests left until then."""

    left: int
    until: int


@dataclass(slots=True)
class RequestAllowance:
    """All that limits one platform and vantage: each budget, each quota in force, each wait."""

    buckets: tuple[BudgetWindow, ...]
    held: int = 0
    """Requests of rounds in flight."""
    held_by_bursts: int = 0
    wait_until: int = 0
    unpaid: bool = False
    """Whether that wait is for somebody to pay."""
    _quotas: dict[int | None, _ServerQuota] = field(default_factory=dict)

    def most(self) -> int | None:
        """The largest round that can ever be carried; None without a budget."""
        return min((bucket.requests for bucket in self.buckets), default=None)

    def share_left(self, now: int) -> float:
        """The free share of the scarcest budget, 0 to 1."""
        return min(
            (max(0.0, bucket.free(now, self.held) / bucket.requests) for bucket in self.buckets), default=1.0
        )

    def carries(self, now: int, requests: int, share: BudgetShare) -> bool:
        """Whether a whole round of so many requests may be asked now."""
        if now < self.wait_until:
            return False
        if any(requests > word.left for word in self._in_force(now)):
            return False
        if any(requests > bucket.free(now, self.held) for bucket in self.buckets):
            return False
        return share is BudgetShare.BASE or all(
            requests <= bucket.free_for_bursts(now, self.held_by_bursts) for bucket in self.buckets
        )

    def spares(self, now: int, requests: int) -> bool:
        """Whether so many requests can be asked now by somebody else, and half of each budget is left."""
        return self.carries(now, requests, BudgetShare.BURST) and all(
            bucket.free(now, self.held) - requests >= bucket.requests / 2 for bucket in self.buckets
        )

    def hold(self, requests: int, share: BudgetShare) -> None:
        """Set requests aside for a round that is about to be asked."""
        self.held += requests
        self.held_by_bursts += requests if share is BudgetShare.BURST else 0
        for word in self._quotas.values():
            word.left -= requests

    def release(self, now: int, held: int, sent: int, share: BudgetShare) -> None:
        """End a hold: charge what was sent, give back the rest."""
        self.held -= held
        self.held_by_bursts -= held if share is BudgetShare.BURST else 0
        for word in self._quotas.values():
            word.left += held - sent
        for bucket in self.buckets:
            bucket.charge(now, sent, share)

    def free_at(self, now: int, requests: int) -> int | None:
        """When a base round can be carried; None where that depends on rounds in flight."""
        latest = max(now, self.wait_until)
        for word in self._in_force(now):
            if requests > word.left:
                latest = max(latest, word.until)
        for bucket in self.buckets:
            free = bucket.free_at(now, self.held, requests)
            if free is None:
                return None
            latest = max(latest, free)
        return latest

    def learn(self, now: int, quota: Quota, at: datetime) -> str:
        """Take a server's word of the moment `at`. It can only lower what is asked, for a day at most.

        Returns:
            A note for operators where the credit is spent, or the word was cut to what is believable;
            otherwise empty.
        """
        notes: list[str] = []
        if quota.spent:
            notes.append("The credit is spent: top it up; asking is tried again once an hour.")
        if quota.wait_until is not None:
            wait = _bounded(quota.wait_until, at, "to wait", notes)
            self.wait_until = max(self.wait_until, now + wait)
            self.unpaid = quota.spent
        if quota.remaining is not None:
            self._remember(now, quota, at, notes)
        return " ".join(notes)

    def state(self) -> dict[str, Any]:
        """Everything, as plain values."""
        return {
            "buckets": [[bucket.span, bucket.state()] for bucket in self.buckets],
            "held": [self.held, self.held_by_bursts],
            "wait_until": self.wait_until,
            "unpaid": self.unpaid,
            "words": [[limit, word.left, word.until] for limit, word in self._quotas.items()],
        }

    def restore(self, state: dict[str, Any], now: int) -> None:
        """Take up what `state` gave; what was held then counts as sent by `now`.

        A budget whose span is new takes the longest one's charges.
        """
        charged: dict[int, list[list[int]]] = dict(state["buckets"])
        longest = charged[max(charged)] if charged else []
        held, by_bursts = state["held"]
        for bucket in self.buckets:
            bucket.restore(charged.get(bucket.span, longest))
            bucket.charge(now, held - by_bursts, BudgetShare.BASE)
            bucket.charge(now, by_bursts, BudgetShare.BURST)
        self.wait_until = state["wait_until"]
        self.unpaid = state.get("unpaid", False)
        self._quotas = {limit: _ServerQuota(left, until) for limit, left, until in state["words"]}

    def _remember(self, now: int, quota: Quota, at: datetime, notes: list[str]) -> None:
        remaining = min(max(0, quota.remaining or 0), LARGEST)
        limit = None if quota.limit is None else min(max(0, quota.limit), LARGEST)
        left = remaining - self.held
        if quota.remaining is not None and quota.remaining < 0:
            notes.append(f"The server says {quota.remaining} requests remain: taken as none.")
        if quota.resets_at is None:
            until = now + min((bucket.span for bucket in self.buckets), default=SHORTEST_WAIT)
            until = min(until, now + LONGEST_WAIT)
        elif quota.resets_at <= at and remaining:
            return
        else:
            until = now + _bounded(quota.resets_at, at, "for the reset", notes)
        before = self._quotas.get(limit)
        if before is not None and now < before.until and abs(before.until - until) <= SAME_RESET:
            left = min(left, before.left)
            until = max(until, before.until)
        self._quotas[limit] = _ServerQuota(left, until)
        while len(self._quotas) > MOST_WORDS:
            del self._quotas[min(self._quotas, key=lambda known: self._quotas[known].until)]

    def _in_force(self, now: int) -> tuple[_ServerQuota, ...]:
        if not self._quotas:
            return ()
        for limit in [limit for limit, word in self._quotas.items() if word.until <= now]:
            del self._quotas[limit]
        return tuple(self._quotas.values())


def _bounded(end: datetime, at: datetime, what: str, notes: list[str]) -> int:
    """Microseconds from `at` to `end`, brought between the shortest and the longest wait."""
    asked = (end - at) // timedelta(microseconds=1)
    if asked > LONGEST_WAIT:
        notes.append(f"The server asks {what} until {end:%Y-%m-%d %H:%M} UTC: taken as one day.")
    return min(asked, LONGEST_WAIT) if asked > 0 else SHORTEST_WAIT
