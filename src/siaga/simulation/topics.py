"""How much is said about each name of an election: the corpus's topics for one platform."""

import random
from collections.abc import Iterator
from hashlib import blake2b

from siaga.election.model import ControlKind, Election, Name, NameKind
from siaga.simulation.posts import Topic

SHARES = {
    NameKind.SHORT: 1.0,
    NameKind.FULL: 0.35,
    NameKind.NICKNAME: 0.2,
    NameKind.HASHTAG: 0.25,
    NameKind.HANDLE: 0.12,
    NameKind.MISSPELLING: 0.01,
}
"""How often a kind of name is written, against the short one."""
PER_HOUR = {
    ControlKind.PUBLIC_FIGURE: (40, 900),
    ControlKind.POLITICAL_FIGURE: (60, 1200),
    ControlKind.EVERYDAY_WORD: (200, 2500),
}
TARGETS_PER_HOUR = (700, 2500)


def topics_of(election: Election, platform: str, volume: float, seed: str) -> list[Topic]:
    """One topic for each text that names somebody on a platform, in the election's order.

    `volume` is how busy the platform is, against X.
    """
    found: dict[str, Topic] = {}
    for subject, names, bounds in _subjects(election):
        per_hour = _draw(seed, subject, *bounds) * volume
        used = [name for name in names if not name.platforms or platform in name.platforms]
        label = next((name.text for name in names if name.kind is NameKind.FULL), names[0].text)
        for name in used:
            text = _written(name)
            topic = Topic(text, per_hour * SHARES[name.kind], name.kind is NameKind.HASHTAG, label)
            found.setdefault(f"{text.casefold()}{topic.tag}", topic)
    return list(found.values())


def _subjects(election: Election) -> Iterator[tuple[str, tuple[Name, ...], tuple[float, float]]]:
    for person in election.people():
        yield person.id, person.names, TARGETS_PER_HOUR
    for control in election.controls:
        yield control.id, control.names, PER_HOUR[control.kind]


def _written(name: Name) -> str:
    """The text as posts carry it: handles without a server's name."""
    if name.kind is NameKind.HANDLE:
        return name.text.lstrip("@").split("@")[0].split(".")[0].replace("-", "_")
    return name.text.lstrip("#")


def _draw(seed: str, subject: str, least: float, most: float) -> float:
    digest = blake2b(f"{seed}|volume|{subject}".encode(), digest_size=8).digest()
    chance = random.Random(int.from_bytes(digest))  # noqa: S311
    return float(least * (most / least) ** chance.random())
