"""A platform of a few lines, and rounds to ask it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.options import NO_OPTIONS, Options
from siaga.domain.quota import Quota
from siaga.domain.records import Asking, Round, Stream
from siaga.platforms.conversation import Conversation, Instance, Query, Reading, Request, SelfTestStep, SignIn

START = datetime(2024, 1, 25, 0, 2, tzinfo=UTC)
ANSWERS = {200: Answer.RESULTS, 404: Answer.EMPTY, 429: Answer.LIMITED, 500: Answer.ERROR}


class Plain:
    """A platform whose answer is its HTTP status."""

    id = "plain"
    reader = "plain@1"
    surfaces: Mapping[str, frozenset[Session]] = {"people": frozenset({Session.PUBLIC})}
    credential: str | None = None
    cost: Mapping[str, int] = {"people": 1}
    options: Options = NO_OPTIONS

    def sign_in(self, instance: Instance) -> SignIn | None:
        return None

    def self_test(self, instance: Instance, surface: str, at: datetime) -> SelfTestStep | None:
        return None

    def ask(self, instance: Instance, query: Query) -> Conversation:
        response = yield Request(f"{instance.address}/{query.name}")
        left = response.headers.get("x-left")
        quota = Quota(remaining=int(left)) if left else None
        return Reading(ANSWERS.get(response.status, Answer.UNREADABLE), quota=quota)


def round_of(
    *names: str, platform: str = "plain", vantage: str = "here", number: int = 1, seed: bytes = b"s" * 32
) -> Round:
    stream = Stream(platform, "people", vantage, Session.PUBLIC)
    askings = tuple(
        Asking(position, name, Role.CONTROL if position else Role.TARGET, name)
        for position, name in enumerate(names)
    )
    return Round(UUID(int=number), START, stream, seed, askings)
