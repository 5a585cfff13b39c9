"""What the journal can say. One place, so that a reader of the record finds every kind explained."""

from enum import StrEnum


class Kind(StrEnum):
    """The kinds of event. `what` of each holds plain facts, and never a secret."""

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
