"""Takes the words of today's canaries out of what others read.

They are secret until the day's key is revealed: whoever knows them can post them and make a reader
look as if it found what is not there. Of past days they stay, so that anyone can recompute them from
the key.
"""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.compute as pc

from siaga.domain.answers import Role


def without_canary_words(table: pa.Table, now: datetime) -> pa.Table:
    """Rows in the segments' schema, in those of the present UTC day's canaries the subject for the name."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    at = table.column("at")
    secret = pc.and_(
        pc.equal(table.column("role").cast(pa.string()), Role.CANARY.value),
        pc.greater_equal(at, pa.scalar(today, at.type)),
    )
    if not pc.any(secret).as_py():
        return table
    for column, instead in (
        ("name", table.column("subject").cast(pa.string())),
        ("final_url", pa.scalar(None)),
    ):
        field = table.schema.field(column)
        given = table.column(column).cast(pa.string())
        chosen = pc.if_else(secret, instead, given).cast(pa.string())
        encoded = chosen.dictionary_encode() if pa.types.is_dictionary(field.type) else chosen
        table = table.set_column(table.schema.get_field_index(column), field, encoded.cast(field.type))
    return table
