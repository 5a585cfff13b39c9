"""What a platform's reader may be told in an election file, beyond its surfaces."""

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Option:
    """One option's values."""

    pattern: re.Pattern[str]
    """What a value must match, whole."""
    say: str
    """What to write, for people: `the two letters of a country, such as ID`."""


Options = Mapping[str, Option]
"""By the option's name."""
NO_OPTIONS: Options = {}
COUNTRY = Option(re.compile(r"[A-Za-z]{2}", re.ASCII), "the two letters of a country, such as ID")
