"""State to bytes and back, bit for bit: plain values, arrays and the room's own dataclasses; nothing is run.

Form: the magic line, the layout's digest, the length of a JSON head, the head, then the arrays' bytes one
after another.
"""

import hashlib
import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import timedelta
from enum import Enum
from functools import cache
from typing import Any

import numpy as np

from siaga.domain.errors import BadInput, Fault

MAGIC = b"siaga-detection-2\n"
_PLAIN = frozenset({type(None), bool, int, float, str})


def layout_of(kinds: Mapping[str, type], rules: Sequence[str]) -> bytes:
    """A digest, hexadecimal, of what a state is made of: classes with their fields, rules with versions."""
    made_of = [
        f"{name}({','.join(part.name for part in fields(kind) if part.init) if is_dataclass(kind) else ''})"
        for name, kind in sorted(kinds.items())
    ]
    return hashlib.sha256("\n".join([*made_of, *rules]).encode()).hexdigest().encode()


def pack(value: object, layout: bytes) -> bytes:
    """`value` as bytes. The same value gives the same bytes. `layout` is what `layout_of` gives."""
    arrays: list[bytes] = []
    head = json.dumps(_encode(value, arrays), separators=(",", ":")).encode()
    return b"".join((MAGIC, layout, len(head).to_bytes(8, "little"), head, *arrays))


def unpack(data: bytes, kinds: Mapping[str, type], layout: bytes) -> Any:
    """The value that `pack` made `data` from. `kinds` names the dataclasses and enums that may occur.

    Raises:
        BadInput: the bytes are no snapshot of this version, or were cut.
    """
    try:
        if not data.startswith(MAGIC + layout):
            raise ValueError("unknown beginning")
        start = len(MAGIC) + len(layout) + 8
        size = int.from_bytes(data[start - 8 : start], "little")
        head = json.loads(data[start : start + size])
        return _decode(head, _Arrays(data, start + size), kinds)
    except (ValueError, KeyError, TypeError, IndexError) as problem:
        raise BadInput(
            Fault(
                f"The saved state of detection cannot be read ({problem}).",
                "Delete it: the next start recomputes it from the stored measurements.",
            )
        ) from problem


class _Arrays:
    def __init__(self, data: bytes, offset: int) -> None:
        self._data, self._offset = data, offset

    def next(self, dtype: str, shape: list[int]) -> np.ndarray[Any, Any]:
        kind = np.dtype(dtype)
        if kind.kind not in "biuf":
            raise ValueError("unknown array")
        size = int(np.prod(shape)) * kind.itemsize
        raw = self._data[self._offset : self._offset + size]
        if len(raw) != size:
            raise ValueError("cut short")
        self._offset += size
        return np.frombuffer(raw, kind).reshape(shape).copy()


def _encode(value: object, arrays: list[bytes]) -> Any:
    if type(value) in _PLAIN:  # nearly all of a state
        return value
    if isinstance(value, Enum):
        return {"e": type(value).__name__, "v": value.value}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, timedelta):
        return {"u": value // timedelta(microseconds=1)}
    if isinstance(value, np.ndarray):
        arrays.append(np.ascontiguousarray(value).tobytes())
        return {"a": value.dtype.str, "s": list(value.shape)}
    if isinstance(value, dict):
        return {"d": [[_encode(k, arrays), _encode(v, arrays)] for k, v in value.items()]}
    if isinstance(value, set | frozenset):
        return {"s": [_encode(member, arrays) for member in sorted(value)]}
    for mark, kind in (("l", list), ("t", tuple), ("q", deque)):
        if isinstance(value, kind):
            return {mark: [_encode(member, arrays) for member in value]}
    if is_dataclass(value) and not isinstance(value, type):
        inside = [_encode(getattr(value, name), arrays) for name in _kept_fields(type(value))]
        return {"o": type(value).__name__, "f": inside}
    raise TypeError(f"no form for {type(value).__name__}")


@cache
def _kept_fields(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind) if part.init)


def _decode(node: Any, arrays: _Arrays, kinds: Mapping[str, type]) -> Any:
    if not isinstance(node, dict):
        return node
    if "a" in node:
        return arrays.next(node["a"], node["s"])
    if "u" in node:
        return timedelta(microseconds=node["u"])
    if "e" in node:
        return kinds[node["e"]](node["v"])
    if "o" in node:
        return kinds[node["o"]](*[_decode(member, arrays, kinds) for member in node["f"]])
    if "d" in node:
        pairs = [(_decode(k, arrays, kinds), _decode(v, arrays, kinds)) for k, v in node["d"]]
        return dict(pairs)
    ((mark, members),) = node.items()
    return {"l": list, "t": tuple, "q": deque, "s": set}[mark](
        [_decode(member, arrays, kinds) for member in members]
    )
