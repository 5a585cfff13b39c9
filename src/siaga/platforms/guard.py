"""What all conversations have in common: limits are gathered, and a surprise ends one `unreadable`."""

from dataclasses import replace
from datetime import datetime

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Reading, Response, Turn
from siaga.platforms.http_status import is_challenge
from siaga.platforms.json import Surprise, noted
from siaga.platforms.limits import both, quota_in


def held(asking: Conversation, at: datetime) -> Conversation:
    """`asking`, with what its answers' headers say of limits added to its reading, and never raising.

    A surprise is `unreadable`, or `challenged` where a bot wall answered with a status of success.
    """
    quota: Quota | None = None
    response: Response | None = None
    try:
        said: Turn = next(asking)
        while True:
            response = yield said
            quota = both(quota_in(response.headers, at), quota)
            said = asking.send(response)
    except StopIteration as over:
        reading: Reading = over.value
    except Surprise as surprise:
        walled_off = response is not None and is_challenge(response)
        answer = Answer.CHALLENGED if walled_off else Answer.UNREADABLE
        reading = Reading(answer, note=noted(str(surprise)))
    quota = both(reading.quota, quota)
    if reading.answer is Answer.LIMITED and quota and not quota.wait_until and quota.resets_at:
        quota = replace(quota, wait_until=quota.resets_at)
    return replace(reading, quota=quota)
