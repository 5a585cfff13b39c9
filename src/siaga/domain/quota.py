"""What a platform says about its own limits, as readers hand it to planning."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """What a platform said about its limits, for the planner to learn from."""

    remaining: int | None = None
    limit: int | None = None
    resets_at: datetime | None = None
    wait_until: datetime | None = None
    """Ask nothing of this platform and vantage before (`Retry-After`, a bucket's reset)."""
    spent: bool = False
    """Whether it is the credit that is spent (HTTP 402): time alone does not help, somebody has to pay."""
