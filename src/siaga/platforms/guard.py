"""What all conversations have in common: limits are gathered, and a broken contract ends in `unreadable`."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from siaga.domain.answers import Answer
from siaga.domain.quota import Quota
from siaga.platforms.conversation import Conversation, Reading, Response, Turn
from siaga.platforms.http_status import in_the_way
from siaga.platforms.json import ContractViolation, as_note, repeats_a_field
from siaga.platforms.limits import merged, quota_in

UNPAID: Final = timedelta(hours=1)
"""How long a platform is left alone whose credit is spent, before it is asked whether somebody has paid."""


class Concluded(Exception):
    """Ends a conversation, from anywhere in it, with a reading."""

    def __init__(self, reading: Reading) -> None:
        super().__init__(reading.answer)
        self.reading = reading


def guarded(conversation: Conversation, at: datetime) -> Conversation:
    """`conversation` begun at `at`, with what its answers' headers say of limits added to its reading.

    It never raises: `Concluded` gives its reading, and a `ContractViolation` reads as `unreadable`, or as
    what stood in the way where a bot wall, a limit or a sign-in page answered with a status of success. The
    reading's note is plain, whoever wrote it.
    """
    quota: Quota | None = None
    response: Response | None = None
    bodies: list[bytes] = []
    try:
        turn: Turn = next(conversation)
        while True:
            response = yield turn
            quota = merged(quota_in(response.headers, at), quota)
            bodies.append(response.body)
            turn = conversation.send(response)
    except StopIteration as finished:
        reading: Reading = finished.value
    except Concluded as concluded:
        reading = concluded.reading
    except ContractViolation as violation:
        instead = None if response is None else in_the_way(response)
        reading = instead or Reading(Answer.UNREADABLE, note=as_note(str(violation)))
    if _finds_nothing(reading) and any(map(repeats_a_field, bodies)):
        reading = Reading(Answer.UNREADABLE, note="a field stands twice")
    quota = merged(reading.quota, quota)
    if reading.answer is Answer.LIMITED and quota and not quota.wait_until and quota.resets_at:
        quota = replace(quota, wait_until=quota.resets_at)
    if quota and quota.spent:
        quota = replace(quota, wait_until=max(quota.wait_until or at, at + UNPAID))
    return replace(reading, quota=quota, note=as_note(reading.note))


def _finds_nothing(reading: Reading) -> bool:
    """Whether the reading would count as a name that was not found."""
    return reading.answer is Answer.EMPTY or (reading.answer is Answer.RESULTS and not reading.matching)
