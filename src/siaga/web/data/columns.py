"""What every column of the open data means: its type, unit and words follow from the record's schema."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyarrow as pa

from siaga.i18n.speech import N_
from siaga.measurements.schema import MOMENT, NOT_NULL, SCHEMA, VOCABULARIES, WORD

MEANINGS: Final = MappingProxyType(
    {
        "id": N_("The measurement's own number. The same measurement has it in every file."),
        "round": N_("The round that it belongs to: all names asked one after another in the same place."),
        "position": N_("The place of this request in its round, from 0. The order was drawn before."),
        "at": N_("When the request began."),
        "election": N_("The election, by its id in the election file."),
        "platform": N_("The platform, by its id in the election file."),
        "surface": N_("Where on the platform it was asked, such as search-latest or profile."),
        "vantage": N_("The measurement point that asked, by its id in the election file."),
        "session": N_("Whether it was asked signed in or not."),
        "subject": N_("Whose name was asked: a person, a comparison name or a test text, by its id."),
        "role": N_("What the subject is: target for a contestant's person, control for a comparison name."),
        "name": N_("The text that was asked. Today's test texts are public when the day is over."),
        "answer": N_("What came back."),
        "failure": N_("Which step of the connection failed, where the platform was not reached."),
        "status": N_("The HTTP status of the answer."),
        "final_url": N_("The address after redirects, without sign-in details."),
        "count": N_("Results on the first page."),
        "matching": N_("Results that carry the name. With 0 the name counts as missing."),
        "newest_age_s": N_("How old the newest result was when it was asked."),
        "ordered": N_("Whether the results came newest first, where that was asked for."),
        "dns_ms": N_("Time to look up the platform's address."),
        "connect_ms": N_("Time to connect."),
        "tls_ms": N_("Time to secure the connection."),
        "first_byte_ms": N_("Time from the request to the first byte of the answer."),
        "total_ms": N_("Time for the whole request. A round is complete when its last answer is."),
        "bytes": N_("Size of the answer."),
        "body_sha256": N_("SHA-256 of the answer, hexadecimal: what was received can be compared with it."),
        "reader": N_("The part of Siaga that read the answer, with its version."),
        "agent": N_("The software that asked, with its version."),
    }
)
"""By column; a test holds that none is missing."""
UNITS: Final = MappingProxyType({"_ms": N_("milliseconds"), "_s": N_("seconds"), "bytes": N_("bytes")})
"""By how a column's name ends."""
TYPES: Final = (
    (lambda kind: kind == pa.uuid(), N_("UUID")),
    (lambda kind: kind == MOMENT, N_("time in UTC")),
    (lambda kind: kind in (WORD, pa.string()), N_("text")),
    (pa.types.is_boolean, N_("yes or no")),
    (pa.types.is_integer, N_("whole number")),
    (pa.types.is_floating, N_("number")),
)


@dataclass(frozen=True, slots=True)
class DataColumn:
    """One column, as the page shows it; texts are messages."""

    name: str
    type: str
    unit: str
    """Empty where there is none."""
    may_be_empty: bool
    words: Sequence[str]
    """All that it may hold, where that is a closed list."""
    meaning: str


def data_columns() -> Sequence[DataColumn]:
    """The columns in the record's order."""
    return [
        DataColumn(
            name=field.name,
            type=next(message for fits, message in TYPES if fits(field.type)),
            unit=next((unit for ending, unit in UNITS.items() if field.name.endswith(ending)), ""),
            may_be_empty=field.name not in NOT_NULL,
            words=sorted(VOCABULARIES.get(field.name, ())),
            meaning=MEANINGS[field.name],
        )
        for field in SCHEMA
    ]
