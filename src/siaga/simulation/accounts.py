"""Who posts on a simulated platform: names' own accounts, accounts that carry a name, and everybody else."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from siaga.domain.matching import folded
from siaga.simulation.texts import ADMIRERS, FAMILY_NAMES, GIVEN_NAMES

ORDINARY = 4000
"""How many everyday accounts there are."""
FIRST = datetime(2012, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Account:
    """One account. `handle` is without `@` and without a server's name."""

    id: int
    handle: str
    label: str
    about: str
    followers: int
    follows: int
    posts: int
    created: datetime
    topic: int | None = None
    """Place among the corpus's topics of the name that it carries; None for everybody else."""
    own: bool = False
    """Whether it is the name's own account."""

    def __hash__(self) -> int:
        return self.id


def handle_of(text: str) -> str:
    """The handle that a text would have: its letters and digits, folded."""
    return re.sub(r"[^a-z0-9_]", "", folded(text))[:30]


class AccountPool:
    """All accounts of one simulated platform."""

    def __init__(self, seed: str, names: Sequence[tuple[str, str]]) -> None:
        """Each name comes with the label that its own account has."""
        self._seed = seed
        self._names = tuple(names)
        self.named = lru_cache(8192)(self._make_named)
        self._ordinary = lru_cache(ORDINARY)(self._make_ordinary)
        self._ranked = lru_cache(1024)(self._rank)
        self._by_handle: dict[str, tuple[int, int]] = {}
        for topic in range(len(self._names)):
            for place in range(self._admirers(topic), -1, -1):
                self._by_handle.setdefault(self.named(topic, place).handle, (topic, place))
        for topic, (name, _) in enumerate(self._names):
            self._by_handle[handle_of(name)] = (topic, 0)

    def ordinary(self, number: int) -> Account:
        """An everyday account; a few write much."""
        return self._ordinary(number % ORDINARY if number & 3 else number % (ORDINARY // 40))

    def by_handle(self, handle: str) -> Account | None:
        """The account of a handle, upper and lower case alike."""
        place = self._by_handle.get(handle.casefold())
        if place is not None:
            return self.named(*place)
        match = re.fullmatch(r"[a-z]+_[a-z]+(\d{1,5})", handle.casefold())
        if match is None or int(match[1]) >= ORDINARY:
            return None
        account = self._ordinary(int(match[1]))
        return account if account.handle == handle.casefold() else None

    def by_id(self, id: int) -> Account | None:
        """The account of an id."""
        number = id - 10**17
        if 0 <= number < ORDINARY:
            return self._ordinary(number)
        topic, place = divmod(number - 10**6, 64)
        if 0 <= topic < len(self._names) and 0 <= place <= self._admirers(topic):
            return self.named(topic, place)
        return None

    def search(self, query: str, limit: int) -> list[Account]:
        """Accounts whose label or handle carries all words of `query`; names' own accounts first."""
        return list(self._ranked(folded(query))[:limit])

    def _rank(self, query: str) -> tuple[Account, ...]:
        asked = query.split()
        if not asked:
            return ()
        found: dict[str, Account] = {}
        for topic, (name, label) in enumerate(self._names):
            if not _carries(folded(f"{name} {label}"), handle_of(name), asked):
                continue
            for place in range(self._admirers(topic) + 1):
                account = self.named(topic, place)
                found.setdefault(account.handle, account)
        return tuple(sorted(found.values(), key=lambda account: (not account.own, -account.followers)))

    def _admirers(self, topic: int) -> int:
        return 4 + _number(self._seed, "admirers", self._names[topic][0]) % (len(ADMIRERS) - 4)

    def _make_named(self, topic: int, place: int) -> Account:
        name, own_label = self._names[topic]
        label = own_label if place == 0 else ADMIRERS[place - 1].format(name=own_label)
        handle = handle_of(name if place == 0 else label)
        chance = random.Random(_number(self._seed, "account", handle))  # noqa: S311
        return Account(
            id=10**17 + 10**6 + topic * 64 + place,
            handle=handle,
            label=label,
            about=f"Akun resmi {own_label}." if place == 0 else f"Obrolan ringan seputar {own_label}.",
            followers=int(10 ** chance.uniform(4, 6.5)) if place == 0 else int(10 ** chance.uniform(1, 4)),
            follows=chance.randrange(20, 900),
            posts=chance.randrange(200, 20_000),
            created=FIRST + timedelta(days=chance.randrange(3600), seconds=chance.randrange(86_400)),
            topic=topic,
            own=place == 0,
        )

    def _make_ordinary(self, number: int) -> Account:
        chance = random.Random(_number(self._seed, "ordinary", number))  # noqa: S311
        given, family = chance.choice(GIVEN_NAMES), chance.choice(FAMILY_NAMES)
        return Account(
            id=10**17 + number,
            handle=f"{given}_{family}{number}".casefold(),
            label=f"{given} {family}",
            about="Suka kopi, buku dan jalan pagi.",
            followers=int(10 ** chance.uniform(0.5, 3.5)),
            follows=chance.randrange(20, 900),
            posts=chance.randrange(50, 9000),
            created=FIRST + timedelta(days=chance.randrange(4200), seconds=chance.randrange(86_400)),
        )


def _carries(name: str, handle: str, asked: list[str]) -> bool:
    """Whether each asked word begins a word of the name, or all of them together its handle."""
    words = name.split()
    return all(any(word.startswith(part) for word in words) for part in asked) or handle.startswith(
        "".join(asked)
    )


def _number(*parts: object) -> int:
    return int.from_bytes(blake2b("|".join(map(str, parts)).encode(), digest_size=8).digest())
