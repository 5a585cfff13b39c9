"""Siaga's own readers read what the simulated platforms answer: every surface, and every way to be spoilt.

The conversations are held with values. What a contract's answer must look like is tested elsewhere, apart
from any reader; here the two must understand each other.
"""

import dataclasses
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from siaga.domain.answers import Answer, Session
from siaga.election.model import Election
from siaga.platforms.conversation import Exchange, Instance, PlatformReader, Query, Reading, Request, Response
from siaga.platforms.registry import platforms
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.messages import Incoming
from siaga.simulation.platform import SimulatedPlatform
from siaga.simulation.posts import Corpus
from siaga.simulation.topics import topics_of

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
TOKEN = "only-for-tests"
CANARY = "qzxvkwpt"
NAMES = {"profile": "mohmahfudmd", "replies": "mohmahfudmd", "hashtag": "MahfudMD"}
"""What is asked on a surface; `mahfud` on the others."""
POSTS = ("search-latest", "search-top", "hashtag")
CASES = [
    (id, surface, session)
    for id, platform in platforms().items()
    if id in CONTRACTS
    for surface, sessions in sorted(platform.surfaces.items())
    for session in sorted(sessions)
    if not (id == "bluesky" and surface in POSTS and session is Session.PUBLIC)
]
"""All that can be asked of a simulated platform, but for what Bluesky refuses to the anonymous."""
LATEST = [case for case in CASES if case[1] == "search-latest"]
Ask = Callable[..., Reading]
T = TypeVar("T")


def spoken_to(simulated: SimulatedPlatform, said: Request | Exchange) -> Response:
    """What the simulated platform answers to one step of a conversation."""
    parts = urlsplit(said.url)
    if isinstance(said, Exchange):
        lines: list[str] = []
        for frame in said.frames:
            answer, _ = simulated.respond(Incoming("WS", parts.path, body=frame.encode()), "jakarta", NOON)
            lines += answer.lines()
        return Response(101, {}, "\n".join(lines).encode(), said.url)
    incoming = Incoming(
        said.method,
        unquote(parts.path),
        dict(parse_qsl(parts.query)),
        {name.lower(): value for name, value in said.headers.items()},
        said.body or b"",
    )
    answer, _ = simulated.respond(incoming, "jakarta", NOON)
    headers = {"content-type": answer.content_type, **answer.headers}
    return Response(answer.status, headers, answer.body, said.url)


def held(conversation: Generator[Any, Response, T], simulated: SimulatedPlatform) -> T:
    """Holds a conversation to its end."""
    said = next(conversation)
    while True:
        answer = spoken_to(simulated, said)
        try:
            said = conversation.send(answer)
        except StopIteration as over:
            value: T = over.value
            return value


def signed_in(reader: PlatformReader, simulated: SimulatedPlatform, instance: Instance) -> Instance:
    """The instance with the token that signing in gives."""
    conversation = reader.sign_in(instance)
    return (
        instance
        if conversation is None
        else dataclasses.replace(instance, secret=held(conversation, simulated))
    )


@pytest.fixture(scope="session")
def corpora(election: Election) -> dict[str, Corpus]:
    return {
        id: Corpus(
            f"readers|{id}", topics_of(election, id, CONTRACTS[id].volume, "readers"), election.timezone
        )
        for id in CONTRACTS
    }


@pytest.fixture
def asked(corpora: dict[str, Corpus]) -> Ask:
    def asked(id: str, surface: str, session: Session, name: str, *faults: InjectedFault) -> Reading:
        simulated = SimulatedPlatform(id, id, corpora[id], TOKEN, lambda at: faults, seed="s", limits=True)
        quiet = SimulatedPlatform(id, id, corpora[id], TOKEN, lambda at: (), seed="s", limits=True)
        secret = TOKEN if session is Session.SIGNED_IN else None
        account = "siaga.bsky.social" if secret else None
        instance = Instance("http://127.0.0.1:1", session, secret, account, {"server": "rumah.example"})
        if secret:
            instance = signed_in(platforms()[id], quiet, instance)
        if id == "bluesky" and surface in ("profile", "replies"):
            name = f"{name}.bsky.social"
        return held(platforms()[id].ask(instance, Query(surface, name, NOON)), simulated)

    return asked


@pytest.mark.parametrize(("id", "surface", "session"), CASES)
def test_a_name_is_found_and_carries_itself(asked: Ask, id: str, surface: str, session: Session) -> None:
    reading = asked(id, surface, session, NAMES.get(surface, "mahfud"))
    assert reading.answer is Answer.RESULTS, reading
    assert reading.count is None or reading.matching is None or reading.count >= reading.matching >= 1, (
        reading
    )


@pytest.mark.parametrize(("id", "surface", "session"), CASES)
def test_a_canary_is_never_found(asked: Ask, id: str, surface: str, session: Session) -> None:
    reading = asked(id, surface, session, CANARY)
    if surface == "replies":
        assert reading.answer is not Answer.RESULTS, "there is nobody whose replies to look for"
        return
    assert reading.answer is Answer.EMPTY or reading.matching == 0, reading


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (FaultKind.EMPTY, Answer.EMPTY),
        (FaultKind.ERROR, Answer.ERROR),
        (FaultKind.WRONG, Answer.ERROR),
        (FaultKind.REFUSE, Answer.REFUSED),
        (FaultKind.HIDDEN, Answer.HIDDEN),
        (FaultKind.LIMIT, Answer.LIMITED),
        (FaultKind.WALL, Answer.WALLED),
        (FaultKind.CHALLENGE, Answer.CHALLENGED),
    ],
)
@pytest.mark.parametrize(("id", "surface", "session"), CASES)
def test_a_spoilt_answer_reads_as_what_it_is(
    asked: Ask, id: str, surface: str, session: Session, kind: FaultKind, answer: Answer
) -> None:
    contract = CONTRACTS[id]
    if kind is not FaultKind.EMPTY and (
        kind not in contract.forms or surface not in contract.only_on.get(kind, {surface})
    ):
        return
    surfaces = (surface,) if surface == "replies" else ()
    reading = asked(
        id, surface, session, NAMES.get(surface, "mahfud"), InjectedFault(kind, surfaces=surfaces)
    )
    assert reading.answer is answer, reading


@pytest.mark.parametrize(("id", "surface", "session"), LATEST)
def test_fewer_older_unordered_and_wrong_results_are_seen(
    asked: Ask, id: str, surface: str, session: Session
) -> None:
    usual = asked(id, surface, session, "mahfud")
    assert usual.ordered is not False
    assert usual.newest_age_s is not None
    thin = asked(id, surface, session, "mahfud", InjectedFault(FaultKind.THIN, most=3))
    assert (thin.answer, thin.count) == (Answer.RESULTS, 3)
    old = asked(id, surface, session, "mahfud", InjectedFault(FaultKind.AGE, older_than=timedelta(hours=30)))
    assert old.newest_age_s is not None
    assert old.newest_age_s >= 30 * 3600 > usual.newest_age_s
    shuffled = asked(id, surface, session, "mahfud", InjectedFault(FaultKind.SHUFFLE))
    assert shuffled.count == usual.count
    assert shuffled.ordered is (None if id == "nostr" else False), "NIP-50 promises no order"
    wrong = asked(id, surface, session, "mahfud", InjectedFault(FaultKind.IRRELEVANT))
    assert (wrong.answer, wrong.matching) == (Answer.RESULTS, 0)


@pytest.mark.parametrize("surface", POSTS)
def test_what_is_refused_to_the_anonymous_says_nothing(asked: Ask, surface: str) -> None:
    for name in ("mahfud", CANARY):
        assert asked("bluesky", surface, Session.PUBLIC, name).answer is Answer.WALLED


@pytest.mark.parametrize("id", ["x", "bluesky", "mastodon", "matrix"])
def test_a_limit_says_when_to_come_back(asked: Ask, id: str) -> None:
    surface = "people" if id == "matrix" else "search-latest"
    reading = asked(id, surface, Session.SIGNED_IN, "mahfud", InjectedFault(FaultKind.LIMIT))
    assert reading.quota is not None
    assert reading.quota.wait_until is not None
    assert timedelta() < reading.quota.wait_until - NOON <= timedelta(minutes=15)
