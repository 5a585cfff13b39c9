"""The tables of people. They are not the journal's: that is published sooner or later, these never."""

from typing import Final

from sqlalchemy import Boolean, Column, Integer, MetaData, String, Table, Text

METADATA: Final = MetaData()

ACCOUNTS: Final = Table(
    "people_accounts",
    METADATA,
    Column("id", String(48), primary_key=True),
    Column("label", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("password", Text, nullable=False),
    Column("second_factor", Text, nullable=True),
    Column("last_step", Integer, nullable=False, default=0),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("added_at", String(27), nullable=False),
)
"""`password` is an argon2id hash; `second_factor` the TOTP secret, null without one; `last_step` the time
step of the last code that was taken: none is taken of it again."""

RECOVERY: Final = Table(
    "people_recovery_codes",
    METADATA,
    Column("account", String(48), nullable=False, index=True),
    Column("digest", String(64), primary_key=True),
)
"""Codes that are left, each good for one sign-in without the second factor; SHA-256."""

SESSIONS: Final = Table(
    "people_sessions",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("account", String(48), nullable=False, index=True),
    Column("began", String(27), nullable=False),
    Column("seen", String(27), nullable=False),
)
"""`digest` is the SHA-256 of what the browser holds. Nothing of the browser or its address is kept."""

OPENID: Final = Table(
    "people_openid",
    METADATA,
    Column("issuer", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("account", String(48), nullable=False, index=True),
)
"""Whose account a provider's subject may sign in to."""

KEYS: Final = Table(
    "people_keys",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("label", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("issued", String(27), nullable=False),
)
"""Keys of programs: `scope` is `role:ROLE` or `liaison:CONTACT`. Shown once, kept as SHA-256."""

CHANNELS: Final = Table(
    "people_channels",
    METADATA,
    Column("id", String(16), primary_key=True),
    Column("account", String(48), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("address", Text, nullable=False),
    Column("language", String(10), nullable=False),
    Column("added", String(27), nullable=False),
)
"""How somebody is woken. `address` is a secret: it is kept here alone, and never shown whole again."""

QUIET_HOURS: Final = Table(
    "people_quiet_hours",
    METADATA,
    Column("account", String(48), primary_key=True),
    Column("begins", String(5), nullable=False),
    Column("ends", String(5), nullable=False),
)
"""When only what is grave wakes somebody, in the election's time zone; such as `22:00`."""

UNSENT_NOTICES: Final = Table(
    "people_unsent_notices",
    METADATA,
    Column("case", String(20), primary_key=True),
    Column("type", String(20), primary_key=True),
    Column("author", String(48), primary_key=True),
    Column("subject", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("contacts", Text, nullable=False),
    Column("saved_at", String(27), nullable=False),
)
"""What people are still writing to platforms; `contacts` are ids, one a line."""
