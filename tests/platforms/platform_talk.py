"""Conversations held with values: what a reader asks, and what it makes of given answers."""

from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tests.platforms.all_samples import BY_PLATFORM
from tests.platforms.platform_samples import HANDLE, NAME

from siaga.domain.answers import Answer, Session
from siaga.platforms.conversation import (
    Exchange,
    Instance,
    Query,
    Reading,
    Request,
    Response,
    SelfTest,
    SelfTestStep,
    Turn,
)
from siaga.platforms.registry import platforms

AT = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
SECRET = "s3cret-t0ken"
HANDLED = {"profile", "replies"}
"""Surfaces that are asked by handle."""


def instance(id: str, session: Session = Session.SIGNED_IN, **options: str) -> Instance:
    secret = SECRET if session is Session.SIGNED_IN else None
    named = {name.replace("_", "-"): value for name, value in options.items()}
    account = "siaga.bsky.social" if secret else None
    to_do = f"write tests/platforms/samples/{id}.py: docs/platforms/adding-a-platform.md, step 4"
    assert id in BY_PLATFORM, to_do
    return Instance(BY_PLATFORM[id].address, session, secret, account, named)


def talk(
    conversation: Generator[Any, Response, Reading], answers: Sequence[Response]
) -> tuple[Reading, list[Request | Exchange]]:
    """Hold a conversation; the reading, and all that was asked."""
    asked: list[Request | Exchange] = []
    try:
        asked.append(next(conversation))
        for given in answers:
            asked.append(conversation.send(given))
    except StopIteration as over:
        reading = over.value
        assert isinstance(reading, Reading)
        assert len(asked) == len(answers) or not asked, "an answer was left over"
        return reading, asked
    raise AssertionError(f"asked for more: {asked[-1]}")


def ask(
    id: str,
    surface: str,
    *answers: Response,
    session: Session = Session.SIGNED_IN,
    name: str = "",
    **options: str,
) -> Reading:
    """What a reader makes of these answers."""
    name = name or (HANDLE if surface in HANDLED else NAME)
    conversation = platforms()[id].ask(instance(id, session, **options), Query(surface, name, AT))
    return talk(conversation, answers)[0]


def self_tested(test: SelfTestStep, answers: Sequence[Response]) -> SelfTest:
    """What a self-test says after these answers."""
    try:
        next(test)
        for given in answers:
            test.send(given)
    except StopIteration as over:
        told = over.value
        assert isinstance(told, SelfTest)
        return told
    raise AssertionError("it asked for more")


def first_request(
    id: str, surface: str, name: str, session: Session = Session.SIGNED_IN, **options: str
) -> Turn:
    """What a reader asks first."""
    return next(platforms()[id].ask(instance(id, session, **options), Query(surface, name, AT)))


def opening(id: str, surface: str, name: str) -> Turn | Reading:
    """What a reader asks first, or the reading where it does not ask for such a name at all."""
    try:
        return first_request(id, surface, name)
    except StopIteration as over:
        reading = over.value
        assert isinstance(reading, Reading)
        return reading


def facts(reading: Reading) -> tuple[Answer, int | None, int | None]:
    return reading.answer, reading.count, reading.matching


def changed(body: Mapping[str, object], **fields: object) -> dict[str, object]:
    return {**body, **fields}
