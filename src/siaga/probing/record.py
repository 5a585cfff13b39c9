"""What was asked and what came back, as the record."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siaga import __version__
from siaga.domain.failures import Failure
from siaga.domain.ids import uuid7
from siaga.domain.records import Asking, Measurement, Round
from siaga.platforms.conversation import Reading, Response
from siaga.probing.addresses import shown
from siaga.probing.failures.curl import Phases

AGENT: Final = f"siaga/{__version__}"


@dataclass(frozen=True, slots=True)
class ConversationResult:
    """How one conversation with a platform ended."""

    reading: Reading
    phases: Phases
    failure: Failure | None
    response: Response | None
    sent: int


def measurement(
    round_: Round, asking: Asking, asked: ConversationResult, at: datetime, election: str, reader: str
) -> Measurement:
    """What was asked and what came back, as the record."""
    reading, response, phases = asked.reading, asked.response, asked.phases
    stream = round_.stream
    bits = hashlib.sha256(round_.seed + asking.position.to_bytes(4, "big")).digest()
    return Measurement(
        id=uuid7(at, int.from_bytes(bits, "big")),
        round=round_.id,
        position=asking.position,
        at=at,
        election=election,
        platform=stream.platform,
        surface=stream.surface,
        vantage=stream.vantage,
        session=stream.session,
        subject=asking.subject,
        role=asking.role,
        name=asking.name,
        answer=reading.answer,
        failure=asked.failure,
        status=response.status if response else None,
        final_url=shown(response.final_url) if response else None,
        count=reading.count,
        matching=reading.matching,
        newest_age_s=reading.newest_age_s,
        ordered=reading.ordered,
        dns_ms=phases.dns_ms,
        connect_ms=phases.connect_ms,
        tls_ms=phases.tls_ms,
        first_byte_ms=phases.first_byte_ms,
        total_ms=phases.total_ms,
        bytes=len(response.body) if response else None,
        body_sha256=hashlib.sha256(response.body).hexdigest() if response else None,
        reader=reader,
        agent=AGENT,
    )
