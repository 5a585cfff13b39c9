"""The rules that verdicts name, each with its version. Raise the version when a rule's outcome can change."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and what it decides."""

    id: str
    """Name and version, as in `Verdict.rule`."""
    decides: str


MISSING = Rule(
    "missing@1",
    "Which answers count as missing (empty, hidden, refused, error, results of which none match), and "
    "which leave the round as not measured (limited, challenged, walled, unreachable, unreadable).",
)
ROUND_BET = Rule(
    "round-bet@1",
    "Whether a name is missing more than its controls in the same rounds: findable, suspected, suppressed.",
)
SLOW_TIER = Rule(
    "slow-tier@1",
    "The same bet on blocks of rounds, for partial withholding over hours.",
)
ONLY_LIMITED = Rule(
    "only-limited@1",
    "Whether a limit or wall meets one name only: suspected.",
)
GRADED = Rule(
    "graded@1",
    "Whether a name's results are fewer, older or unordered against its own past and its controls: impaired.",
)
COMMON_MODE = Rule(
    "common-mode@1",
    "Whether all names fail alike at a place: surface_down, platform_down, vantage_blocked, unmeasurable.",
)
RECOVERY = Rule(
    "recovery@1",
    "Whether a name that was suppressed or impaired is found as before and as its controls: findable.",
)

RULES: tuple[Rule, ...] = (MISSING, ROUND_BET, SLOW_TIER, ONLY_LIMITED, GRADED, COMMON_MODE, RECOVERY)
