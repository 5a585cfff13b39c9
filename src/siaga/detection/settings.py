"""Every number that the rules use, in one place. `docs/method.md` says why each has its value."""

from dataclasses import dataclass, field, fields
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Settings:
    """The promise and the rules' numbers. These and the measurements give every verdict again."""

    false_alarms: float = 1.0
    """The promise: at most so many false alarms about names are expected in `span`, over the whole watch."""
    span: timedelta = timedelta(days=30)
    least_controls: int = 3
    """A round with fewer measured controls compares nothing."""

    stakes: tuple[float, ...] = (2.0, 6.0, 30.0, 1000.0)
    """Odds ratios that are bet on, as multiples of the tolerated one: from partial to full withholding."""
    weights: tuple[float, ...] = (0.15, 0.25, 0.3, 0.3)
    """How the bet is spread over `stakes`; sums to 1."""
    psi: float = 2.0
    """A name's odds of being missing may be up to so many times its controls', changing as they like."""
    psi_own: tuple[float, ...] = (3.0, 3.0, 3.0, 2.5)
    """A name's *own constant* odds ratio may be up to these (one a stake): what it brought from the start."""
    psi_doubt: float = 4.5
    """Tolerated besides where the name's learned odds ratio is above `doubt`."""
    doubt: float = 1.75
    doubt_misses: float = 4.0
    """... learned from at least so many misses."""
    learning_cap: float = 10_000.0
    """The evidence that a name's own odds ratio is below `psi` counts up to this factor."""
    learning_quiet: float = 0.03
    """It is gathered only while the controls' recent missing share is below this, or 1.5 times the usual."""

    bet_share: float = 0.65
    """The part of the promise that the round bet may spend."""
    graded_share: float = 0.2
    """The part for fewer, older, unordered."""
    slow_share: float = 0.1
    """The part for the slow tier."""
    limited_share: float = 0.05
    """The part for limits that meet one name only."""
    notice: float = 1.0
    """`suspected` from this evidence on: at worst one false notice a name in `span`; far fewer are seen."""
    notice_partial: float = 10.0
    """The same where the name was found in most rounds since, or controls were missing as well."""
    notice_misses: int = 4
    """`suspected` needs so many rounds with a miss."""
    longest_gap: timedelta = timedelta(minutes=10)
    """Time between two rounds counts as watched up to this."""
    persistence: timedelta = timedelta(minutes=5)
    """A fault no longer than this is never called `suppressed` or `impaired`."""
    found_again: int = 20
    """So many comparable rounds in a row in which the name was found end a suspicion."""
    enough: int = 10
    """A name is `findable` or not only after so many comparable rounds."""

    bad_control_window: int = 32
    """A control is judged on its last so many rounds at a surface (at most 64) ..."""
    bad_control: float = 0.5
    """... and left out while it was missing, the others found, in at least this share of them."""

    recovery_delta: float = 0.2
    """Recovered means: missing less than this much more often than the controls."""
    recovery_stakes: tuple[float, ...] = (0.5, 0.8, 0.95, 1.0)
    recovery_false_a_day: float = 0.01
    """At most so many false recoveries expected a day of withholding."""
    recovery_least: timedelta = timedelta(minutes=10)
    """No relapse for at least this long before a recovery is verified."""
    volume_back: float = 0.8
    """Graded facts are back when the median ratio to the own past is above this."""

    trouble_share: float = 0.5
    """A round is in trouble when at least this share of controls is missing (or of askings not measured)."""
    trouble_rate: float = 0.02
    """The least chance that is granted to a round in trouble by accident."""
    trouble_rounds: int = 3
    """So many rounds in trouble in a row, and evidence, trip a stream; so many good ones end it."""

    block: int = 20
    """Rounds that are summed up together for a name's own past."""
    past_blocks: int = 72
    """How many blocks the own past reaches back."""
    past_least: int = 3
    """Graded facts are judged after so many blocks."""
    fewer: float = 1 / 3
    """`fewer`: at most this share of the usual number, and below all that was usual."""
    older: float = 4.0
    """`older`: the newest is more than so many times as old as it usually gets."""
    graded_psi: float = 3.0

    slow_block: int = 40
    """Rounds in a block of the slow tier."""
    slow_gap: timedelta = timedelta(hours=6)
    """Time between two blocks counts as watched up to this."""
    slow_missing: float = 0.3
    """A name is flagged when it was missing in at least this share of a block, and beyond `psi_doubt`."""

    evidence_cap: float = 1e30
    """Evidence is cut here: capping only loses."""

    span_us: float = field(init=False)
    """The promise's span in microseconds, a hundredth kept back for each series' first round."""
    longest_gap_us: int = field(init=False)
    slow_gap_us: int = field(init=False)
    persistence_us: int = field(init=False)
    recovery_least_us: int = field(init=False)
    digest: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        microsecond = timedelta(microseconds=1)
        object.__setattr__(self, "span_us", self.span / microsecond * 1.01)
        for name in ("longest_gap", "slow_gap", "persistence", "recovery_least"):
            object.__setattr__(self, f"{name}_us", getattr(self, name) // microsecond)
        given = tuple(getattr(self, one.name) for one in fields(self) if one.init)
        object.__setattr__(self, "digest", hash(given))

    def __hash__(self) -> int:
        return self.digest

    def alarm(self, names: int, share: float) -> float:
        """The evidence at which one of `names` names is an alarm, for a channel that may spend `share`."""
        return names / (self.false_alarms * share)
