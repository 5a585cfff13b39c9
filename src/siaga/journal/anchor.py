"""What must be in a watch's directory: written while it runs, so that what is taken away later is noticed.

A journal or a store that lost its end still looks whole. The anchor lies beside them and says how far they
went at least, and which files there were.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import orjson

from siaga.domain.damage import ANCHOR, Damage
from siaga.domain.errors import Damaged
from siaga.measurements.files import whole_file

DIGESTED: Final = ("links.key",)
"""Files that never change once made."""
NAMED: Final = (*DIGESTED, "people.sqlite", "reports.sqlite", "followers.sqlite")
"""Files that are there for good once they are there."""


@dataclass(frozen=True, slots=True)
class RecordAnchor:
    """What was there at one moment; since then it can only have become more."""

    events: int
    """The journal's last event."""
    head: str
    """Its digest."""
    measurements: int
    """The store's last sequence number."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Each of NAMED that was there, with its SHA-256 where it never changes, else an empty text."""


def read_anchor(directory: Path) -> RecordAnchor | None:
    """The anchor of a directory; None where there is none.

    Raises:
        Damaged: it cannot be read, or was changed.
    """
    path = directory / ANCHOR
    try:
        content = orjson.loads(path.read_bytes())
        digest = content.pop("sha256")
        if digest != _digest(content):
            raise ValueError(digest)
        return RecordAnchor(**content)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(Damage.ANCHOR.at(path)) from None


def write_anchor(directory: Path, events: int, head: str, measurements: int) -> None:
    """Say what is there now: durable when it returns.

    Raises:
        OSError: it cannot be written; the one before stays.
    """
    files = {name: _content(directory / name) for name in NAMED if (directory / name).is_file()}
    content = asdict(RecordAnchor(events, head, measurements, files))
    with whole_file(directory / ANCHOR) as path:
        path.write_bytes(orjson.dumps(content | {"sha256": _digest(content)}, option=orjson.OPT_INDENT_2))


def check_stored(directory: Path, last_seq: int) -> None:
    """Refuse a store that ends before what it had.

    Raises:
        Damaged: it does; or the anchor is damaged.
    """
    anchor = read_anchor(directory)
    if anchor is not None and last_seq < anchor.measurements:
        detail = f"it ends with number {last_seq}; {anchor.measurements} had been stored"
        raise Damaged(Damage.ROWS_GONE.at(directory / "measurements", detail))


def _content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.name in DIGESTED else ""


def _digest(content: Mapping[str, object]) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
