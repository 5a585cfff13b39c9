"""Who may do what to a case: each kind of event says which of these rights it needs."""

from enum import StrEnum


class Right(StrEnum):
    """What somebody may do. People have them by their role; the watch and liaisons by what they are."""

    WORK = "work"
    APPROVE = "approve"
    ANSWER = "answer"
    """A platform's word on its own cases."""
    MEASURE = "measure"
    """The watch's word: only measuring says that a name is treated worse, or is restored."""
    SYSTEM = "system"
    """What follows by rule from what others did: deliveries, deadlines, gathered reports."""
