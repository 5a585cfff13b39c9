"""From loosely typed columns, as files hold them, to the record's schema; tolerant in form, not in meaning.

Form: moments as texts or timestamps of any unit, UUIDs as texts or 16 bytes, whole numbers written as
floats, texts plain or dictionary-encoded, optional columns left out. Meaning: a null where the record has
none, a word that is not in its list, a number below zero where something is counted are all refused.
"""

from collections.abc import Callable
from datetime import UTC
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import parse_rfc3339
from siaga.measurements.schema import DEFAULTS, LEAST, MOMENT, NOT_NULL, VOCABULARIES, WORD

Locate = Callable[[int], tuple[str, int]]
"""From a row of the batch to the file and the line (JSON Lines) or row (Parquet) that it came from."""

_HEX = np.full(256, 255, dtype=np.uint8)
_HEX[np.frombuffer(b"0123456789abcdef", np.uint8)] = np.arange(16)
_HEX[np.frombuffer(b"ABCDEF", np.uint8)] = np.arange(10, 16)
_DASHES = [8, 13, 18, 23]
_DIGITS = [place for place in range(36) if place not in _DASHES]


class BadRow(Exception):
    """A row that cannot be used: which, and why."""

    def __init__(self, row: int, what: str, do: str) -> None:
        super().__init__(what)
        self.row, self.what, self.do = row, what, do


class Normaliser:
    """Turns batches of one input into batches of one schema.

    Codes of dictionary-encoded columns stay the same from batch to batch: each dictionary begins with the
    one before it.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema = schema
        self._vocabularies = {field.name: _Vocabulary() for field in schema if field.type == WORD}

    def batch(self, loose: pa.RecordBatch, locate: Locate) -> pa.RecordBatch:
        """`loose` in the schema; columns that the schema does not know are left out.

        Raises:
            BadInput: a row that cannot be used; names file, line or row, and field.
        """
        arrays = []
        for field in self.schema:
            try:
                arrays.append(self._column(loose, field))
            except BadRow as bad:
                file, line = locate(bad.row)
                raise BadInput(Fault(bad.what, bad.do, file, line, field.name)) from None
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _column(self, loose: pa.RecordBatch, field: pa.Field) -> pa.Array:
        place = loose.schema.get_field_index(field.name)
        if place < 0 or pa.types.is_null(loose.schema.field(place).type):
            if field.name not in DEFAULTS:
                raise BadRow(0, "The field is missing.", "Write it in every record.")
            column = pa.nulls(len(loose), pa.string() if field.type == WORD else field.type)
        else:
            column = loose.column(place)
        if field.name in NOT_NULL and column.null_count:
            column = _without_nulls(column, field.name)
        if field.type == WORD:
            words = self._vocabularies[field.name].encode(_text(column))
            if (allowed := VOCABULARIES.get(field.name)) is not None:
                _check_words(words, allowed)
            return words
        if field.type == pa.uuid():
            return _uuids(column)
        if field.type == MOMENT:
            return _moments(column)
        if field.type == pa.string():
            return _plain(_text(column))
        if field.type == pa.bool_():
            return _truths(column)
        return _numbers(column, field.type, LEAST.get(field.name))


class _Vocabulary:
    """The words of one column so far, each with its code."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}
        self._words = pa.array([], pa.string())

    def encode(self, column: pa.Array) -> pa.DictionaryArray:
        if not isinstance(column, pa.DictionaryArray):
            column = column.dictionary_encode()
        here = column.dictionary.to_pylist()
        codes = self._codes
        translation = np.fromiter((codes.setdefault(word, len(codes)) for word in here), np.int32, len(here))
        if len(codes) > len(self._words):
            self._words = pa.array(codes, pa.string())
        indices = column.indices.cast(pa.int32())
        if not np.array_equal(translation, np.arange(len(here))):
            indices = pa.array(translation, pa.int32()).take(indices)
        return pa.DictionaryArray.from_arrays(indices, self._words)


def first(flags: pa.Array) -> int:
    """The first row where `flags` is true."""
    return int(pc.index(flags, True).as_py())


def _without_nulls(column: pa.Array, name: str) -> pa.Array:
    if name not in DEFAULTS:
        raise BadRow(first(column.is_null()), "The field is null or missing.", "Write its value.")
    return _plain(_text(column)).fill_null(DEFAULTS[name])


def _text(column: pa.Array) -> pa.Array:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)):
        raise BadRow(0, f"Text is expected, and this is {kind}.", "Write a text.")
    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raise BadRow(_not_utf8(column), "The text is not UTF-8.", "Write UTF-8.") from None
    return column


def _not_utf8(column: pa.Array) -> int:
    for row, value in enumerate(column):
        try:
            value.as_py()
        except UnicodeDecodeError:
            return row
    return 0


def _plain(column: pa.Array) -> pa.Array:
    return column.cast(pa.string())


def _check_words(words: pa.DictionaryArray, allowed: frozenset[str]) -> None:
    known = words.dictionary.to_pylist()
    for code, word in enumerate(known):
        if word is None or word in allowed:
            continue
        row = pc.index(words.indices, pa.scalar(code, pa.int32())).as_py()
        if row >= 0:
            raise BadRow(
                row, f"{word[:80]!r} is not a known word.", f"Write one of {', '.join(sorted(allowed))}."
            )


def _uuids(column: pa.Array) -> pa.Array:
    if column.type == pa.uuid():
        return column
    if pa.types.is_fixed_size_binary(column.type) and column.type.byte_width == 16:
        return column.cast(pa.binary(16)).cast(pa.uuid())
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        wrong = pc.not_equal(pc.binary_length(column), 16)
        if pc.any(wrong).as_py():
            raise BadRow(first(wrong), "A UUID of 16 bytes is expected.", "Write 16 bytes, or a text.")
        return column.cast(pa.binary(16)).cast(pa.uuid())
    texts = _plain(_text(column))
    raw = _uuid_bytes(texts)
    if raw is None:
        raw = b"".join(_uuid(row, text) for row, text in enumerate(texts.to_pylist()))
    return pa.Array.from_buffers(pa.binary(16), len(texts), [None, pa.py_buffer(raw)]).cast(pa.uuid())


def _uuid_bytes(texts: pa.Array) -> bytes | None:
    """All UUIDs as one row of bytes, where every text has the usual 36 characters; else None."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset : texts.offset + len(texts) + 1]
    if not len(texts) or (np.diff(offsets) != 36).any():
        return None
    letters = np.frombuffer(texts.buffers()[2], np.uint8)[offsets[0] : offsets[-1]].reshape(-1, 36)
    digits = _HEX[letters[:, _DIGITS]]
    if (letters[:, _DASHES] != ord("-")).any() or (digits == 255).any():
        return None
    return (digits[:, 0::2] << 4 | digits[:, 1::2]).tobytes()


def _uuid(row: int, text: str) -> bytes:
    try:
        return UUID(text).bytes
    except ValueError:
        what, do = f"{text[:80]!r} is not a UUID.", "Write 32 hexadecimal digits, as 8-4-4-4-12."
        raise BadRow(row, what, do) from None


def _moments(column: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us", tz=column.type.tz), safe=False).cast(MOMENT)
    texts = _plain(_text(column))
    try:
        return texts.cast(MOMENT)
    except pa.ArrowInvalid:
        return pa.array([_moment(row, text) for row, text in enumerate(texts.to_pylist())], MOMENT)


def _moment(row: int, text: str) -> object:
    try:
        return parse_rfc3339(text).astimezone(UTC)
    except (ValueError, OverflowError):
        what = f"{text[:80]!r} is no RFC 3339 time with an offset."
        raise BadRow(row, what, "Write it like 2024-01-25T00:02:00Z.") from None


def _truths(column: pa.Array) -> pa.Array:
    if not pa.types.is_boolean(column.type):
        raise BadRow(
            0, f"true or false is expected, and this is {column.type}.", "Write true, false or null."
        )
    return column


def _numbers(column: pa.Array, kind: pa.DataType, least: int | None) -> pa.Array:
    if pa.types.is_floating(column.type):
        column = column.cast(pa.float64())
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
        unfit = pc.is_inf(column)
        if pa.types.is_integer(kind):
            unfit = pc.or_(unfit, pc.not_equal(column, pc.floor(column)))
        if pc.any(unfit).as_py():
            raise BadRow(
                first(unfit), f"A number of type {kind} is expected.", "Write such a number, or null."
            )
    elif not pa.types.is_integer(column.type):
        raise BadRow(0, f"A number is expected, and this is {column.type}.", "Write a number, or null.")
    if least is not None:
        below = pc.less(column, pa.scalar(least, column.type))
        if pc.any(below).as_py():
            raise BadRow(first(below), f"The number is below {least}.", f"Write {least} or more, or null.")
    try:
        return column.cast(kind, safe=not pa.types.is_floating(kind))
    except pa.ArrowInvalid:
        row = next(row for row, value in enumerate(column) if not _fits(value, kind))
        raise BadRow(row, f"The number does not fit {kind}.", "Write a smaller number.") from None


def _fits(value: pa.Scalar, kind: pa.DataType) -> bool:
    try:
        value.cast(kind)
    except pa.ArrowInvalid:
        return False
    return True
