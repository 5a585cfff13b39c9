"""What the journal can say: the kinds of its events.

Kinds that are only written down stand here. Kinds that mean more to a room (a case is the fold of its events)
are declared there and registered with the journal, which therefore imports nothing from its right.
"""

from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """The kinds that no other room declares. `what` of each holds plain facts, and never a secret."""

    WATCH_STARTED = "watch-started"
    """A watch began or resumed: `election`, `file` (SHA-256 of the election file), `promise`."""
    WATCH_STOPPED = "watch-stopped"
    """A watch was stopped in order. A kill leaves none."""
    SEED_KEY_COMMITTED = "seed-key-committed"
    """Before a day's first round: `day`, `sha256` of the key that its orders follow from."""
    SEED_KEY_REVEALED = "seed-key-revealed"
    """After the day: `day`, `key` (hexadecimal)."""
    FINDING_OPENED = "finding-opened"
    """A state that needs somebody began: the verdict."""
    FINDING_CHANGED = "finding-changed"
    """It became another such state: the verdict."""
    FINDING_OVER = "finding-over"
    """It ended: the verdict that ended it."""
    INSTRUMENT_TESTED = "instrument-tested"
    """Whether a way of asking finds what others have posted, before its first round and each hour:
    `platform`, `surface`, `vantage`, `session`, `passed` (null where it could not be told), `note`."""
    CONTROLS_LEFT_OUT = "controls-left-out"
    """Other controls than before are left out of comparisons: `platform`, `surface`, `controls` (ids; empty
    where all are compared with again)."""

    EVIDENCE_DROPPED = "evidence-dropped"
    """Answers that were kept as evidence made room for others, or are older than the room keeps: `platform`,
    `sha256` (of each body)."""

    ALARM_OVER = "alarm-over"
    """What somebody was alerted about is measured again: `alarm`."""
    SEGMENT_SEALED = "segment-sealed"
    """Measurements were sealed, or merged from sealed files, into a file that never changes: `file`,
    `first_seq`, `last_seq`, `rows`, `sha256`."""
    SEGMENTS_DROPPED = "segments-dropped"
    """Sealed files are not kept any longer, with the reason beside it: `files` (names)."""

    WORK_ANNOUNCED = "work-announced"
    """Work on the instruments is planned: `platform` and `vantage` (null for all), `begins`, `ends`,
    `reason`."""
    WORK_ENDED = "work-ended"
    """It ended before its time, or was called off: `work`."""

    # Reports

    REPORTS_SURGED = "reports-surged"
    """Reports came faster than usual; more rounds are asked: `platform`, `subject`, `reports` (of a day)."""
    CHANNEL_RENEWED = "channel-renewed"
    """A campaign's own address for reports was made anew: `contestant`, `number`."""

    # People. Each names the `person`.

    PERSON_ADDED = "person-added"
    """`person` (an id), `role`."""
    PERSON_CHANGED = "person-changed"
    """`person` and what changed: `role` and `disabled`; or `password`,
    `second_factor` (whether there is one), `openid` (whether one may sign in through a provider), `channel`
    (an id) and `added`, `quiet_hours` (whether there are any). Never where a channel leads."""
    SIGNED_IN = "signed-in"
    """`person`, `session` (an id)."""
    SIGNED_OUT = "signed-out"
    """A session was ended: `person`, `session`."""
    KEY_ISSUED = "key-issued"
    """A program may act from now on: `key` (an id), `scope` (`role:ROLE` or `liaison:CONTACT`)."""
    KEY_REVOKED = "key-revoked"
    """It may no more: `key`."""
    TURNED_AWAY = "turned-away"
    """Somebody showed what opens no door: `door` (`link`, `key`, `sign-in`), `reason`, the `link` if known.
    Once an hour for each."""


_registered: Final[set[str]] = {kind.value for kind in Kind}


def register(kind: str) -> None:
    """Let the journal take and read events of a kind that another room declares, when that room is imported.

    Raises:
        ValueError: two declare the same kind.
    """
    if kind in _registered:
        message = f"the kind {kind!r} of journal events is declared twice"
        raise ValueError(message)
    _registered.add(kind)


def is_known(kind: str) -> bool:
    """Whether this software knows the kind."""
    return kind in _registered
