"""How the measurements of a file are judged, kept within the file, so that a replay needs no other.

In Parquet it stands in the file's metadata, in JSON Lines as one more field of the first record: both forms
stay what every reader of them expects.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import orjson
import pyarrow as pa
import pyarrow.parquet as pq

from siaga.domain.answers import Role
from siaga.domain.errors import BadInput, Fault

FIELD: Final = "judged_by"
"""The field of the first record that holds it."""
METADATA: Final = b"siaga_judged_by"
"""The key of Parquet's metadata that holds it."""
_LONGEST: Final = 1 << 20
"""Bytes of a first line, and of what stands in metadata."""


@dataclass(frozen=True, slots=True)
class JudgedBy:
    """What a replay has to know beside the measurements."""

    election: str
    false_alarms: float
    """The election's promise: so many in a `span`."""
    span: timedelta
    least_controls: int
    names: int
    """Targets times platforms: what the promise is shared by."""
    subjects: Mapping[str, Role]
    verdict: Mapping[str, Any] | None = None
    """In the file of a case, the verdict that proved it, as the journal has it."""
    case: str | None = None
    """The case's id."""

    def to_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "election": self.election,
            "false_alarms": self.false_alarms,
            "span_s": self.span.total_seconds(),
            "least_controls": self.least_controls,
            "names": self.names,
            "subjects": {subject: role.value for subject, role in self.subjects.items()},
            "case": self.case,
            "verdict": self.verdict,
        }


def judged_by(path: Path) -> JudgedBy | None:
    """How a file says that it is judged; None where it says nothing of it.

    Raises:
        BadInput: what it says cannot be understood.
    """
    with path.open("rb") as raw:
        start = raw.read(4)
    text = _of_parquet(path) if start == b"PAR1" else _of_lines(path, start[:2] == b"\x1f\x8b")
    if text is None:
        return None
    try:
        values = orjson.loads(text)
        values = values.get(FIELD, values)
        return JudgedBy(
            election=str(values["election"]),
            false_alarms=float(values["false_alarms"]),
            span=timedelta(seconds=float(values["span_s"])),
            least_controls=int(values["least_controls"]),
            names=int(values["names"]),
            subjects={str(subject): Role(role) for subject, role in values["subjects"].items()},
            verdict=values["verdict"],
            case=values["case"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        what = f"What the file says in `{FIELD}` is not understood."
        do = "Give the file as it was given out, or say its election file with --election."
        raise BadInput(Fault(what, do, str(path), field=FIELD)) from None


def _of_parquet(path: Path) -> bytes | None:
    try:
        metadata = pq.read_metadata(path).metadata or {}
    except (pa.ArrowException, OSError):  # said by whoever reads the measurements
        return None
    return metadata.get(METADATA)


def _of_lines(path: Path, packed: bool) -> bytes | None:
    try:
        with gzip.open(path) if packed else path.open("rb") as lines:
            line = bytes(lines.readline(_LONGEST))
    except (OSError, EOFError):  # said by whoever reads the measurements
        return None
    return line if f'"{FIELD}"'.encode() in line else None
