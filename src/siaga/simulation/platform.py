"""One simulated platform: what it answers to a request at a moment, faults included. No network in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from siaga.election.model import Election
from siaga.simulation.accounts import Account
from siaga.simulation.contracts.contract import ContractQuery, Item, RateBalance, RateLimit
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.faults import (
    Circumstance,
    FaultKind,
    InjectedFault,
    left,
    struck,
    whole,
    youngest,
)
from siaga.simulation.messages import Incoming, NetworkEffect, Outgoing
from siaga.simulation.posts import Corpus, Post
from siaga.simulation.scenario import Scenario
from siaga.simulation.topics import topics_of

DEFAULT_RATE_LIMIT = RateLimit("all", 300, timedelta(minutes=5))
"""What a `limit` fault speaks of where a contract counts nothing."""


class SimulatedPlatform:
    """Answers by its contract, from its corpus, as the faults of the moment let it."""

    def __init__(
        self,
        id: str,
        reader: str,
        corpus: Corpus,
        token: str,
        faults_at: Callable[[datetime], Sequence[InjectedFault]],
        *,
        seed: str,
        limits: bool,
    ) -> None:
        self.id = id
        self.contract = CONTRACTS[reader](corpus, token)
        self._corpus = corpus
        self._faults_at = faults_at
        self._seed = seed
        self._limits = limits
        self._spent: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._askings: dict[str, int] = {}

    def respond(self, request: Incoming, vantage: str, at: datetime) -> tuple[Outgoing, NetworkEffect]:
        """The answer, and what the network makes of it."""
        ask = self.contract.understand(request, at)
        if isinstance(ask, Outgoing):
            return ask, network(self._all_hit(vantage, at))
        number = self._askings[vantage] = self._askings.get(vantage, 0) + 1
        asking = Circumstance(self.id, vantage, ask.surface, ask.name, at, number)
        hit = struck(self._faults_at(at), asking, self._seed)
        balance = self._balance(ask, vantage, at)
        answer = self._answer(ask, asking, hit, balance)
        if balance is not None and self._limits:
            answer = replaced(answer, self.contract.headers(balance, at))
        return answer, network(hit)

    def _answer(
        self,
        ask: ContractQuery,
        asking: Circumstance,
        hit: Sequence[InjectedFault],
        balance: RateBalance | None,
    ) -> Outgoing:
        at = asking.at
        if self._limits and balance is not None and balance.over:
            return self.contract.limited(ask, balance, at)
        match whole(hit):
            case None:
                return self.contract.answer(ask, self._items(ask, asking, hit), at)
            case FaultKind.CHALLENGE:
                return self.contract.challenged()
            case FaultKind.LIMIT:
                none_left = spent(balance.rate_limit if balance else DEFAULT_RATE_LIMIT, at)
                return replaced(
                    self.contract.limited(ask, none_left, at), self.contract.headers(none_left, at)
                )
            case kind:
                return self.contract.spoilt(kind, ask, at)

    def _items(self, ask: ContractQuery, asking: Circumstance, hit: Sequence[InjectedFault]) -> list[Item]:
        if any(fault.kind is FaultKind.EMPTY for fault in hit):
            return []
        found: Sequence[Item] = self.contract.find(ask, youngest(hit, asking.at))
        if any(fault.kind is FaultKind.IRRELEVANT for fault in hit):
            found = self._others(found, asking.at)
        return left(found, hit, asking, self._seed)

    def _others(self, found: Sequence[Item], at: datetime) -> list[Item]:
        """As many items of the same sort that carry no name."""
        posts = iter(self._corpus.beside_the_point(at, len(found)))
        ordinary = self._corpus.accounts.ordinary
        others: list[Item] = []
        for place, item in enumerate(found):
            if isinstance(item, Account):
                others.append(ordinary(4 * place + 1))
            elif isinstance(item, Post):
                others.append(next(posts))
            else:
                others.append(item)
        return others

    def _all_hit(self, vantage: str, at: datetime) -> tuple[InjectedFault, ...]:
        """The faults that hit whatever is asked, for requests that ask for no name."""
        asking = Circumstance(self.id, vantage, "", "", at)
        general = [fault for fault in self._faults_at(at) if not fault.names and not fault.surfaces]
        return struck(general, asking, self._seed)

    def _balance(self, ask: ContractQuery, vantage: str, at: datetime) -> RateBalance | None:
        """Counts an asking against the contract's rate limits; the tightest balance, if there are any."""
        balances = [self._take(rate_limit, vantage, at) for rate_limit in self.contract.rate_limits(ask)]
        return min(balances, key=lambda balance: (not balance.over, balance.remaining), default=None)

    def _take(self, rate_limit: RateLimit, vantage: str, at: datetime) -> RateBalance:
        key = (vantage, rate_limit.bucket)
        opened, spent = self._spent.get(key, (_opening(rate_limit, at), 0))
        if not opened <= at < opened + rate_limit.per:
            opened, spent = _opening(rate_limit, at), 0
        over = spent + rate_limit.cost > rate_limit.requests
        spent = spent if over else spent + rate_limit.cost
        self._spent[key] = (opened, spent)
        return RateBalance(rate_limit, rate_limit.requests - spent, opened + rate_limit.per, over)


def platforms_of(
    election: Election,
    scenario: Scenario,
    token: str,
    faults_at: Callable[[datetime], Sequence[InjectedFault]],
) -> dict[str, SimulatedPlatform]:
    """Every platform of an election as a scenario has it, by its id; `token` is every credential."""
    return {
        watch.id: SimulatedPlatform(
            watch.id,
            watch.reader,
            Corpus(
                f"{scenario.seed}|{watch.id}",
                topics_of(election, watch.id, CONTRACTS[watch.reader].volume, scenario.seed),
                election.timezone,
                scenario.waves_on(watch.id),
            ),
            token,
            faults_at,
            seed=scenario.seed,
            limits=scenario.limits,
        )
        for watch in election.platforms
    }


def _opening(rate_limit: RateLimit, at: datetime) -> datetime:
    """When the window began in which an asking at `at` is the first."""
    if rate_limit.zone is None:
        return at
    local = at.astimezone(ZoneInfo(rate_limit.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def network(hit: Sequence[InjectedFault]) -> NetworkEffect:
    """What the faults that hit an asking do to its connection."""
    return NetworkEffect(
        delay_s=sum(fault.seconds for fault in hit if fault.kind is FaultKind.DELAY),
        reset=any(fault.kind is FaultKind.RESET for fault in hit),
    )


def spent(rate_limit: RateLimit, at: datetime) -> RateBalance:
    """A rate limit with nothing left until the window's end, windows counted from 1970."""
    span = rate_limit.per.total_seconds()
    seconds = at.timestamp()
    resets_at = at + timedelta(seconds=span - seconds % span)
    return RateBalance(rate_limit, 0, resets_at, over=True)


def replaced(answer: Outgoing, headers: Mapping[str, str]) -> Outgoing:
    """`answer` with more headers; its own stand."""
    return replace(answer, headers={**headers, **answer.headers})
