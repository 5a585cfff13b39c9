"""Every number that changes a verdict, in one place, with its unit and reason.

Proofs stand in `docs/method.md`. How rules share the promise stands with the rules (`Rule.parts`).
"""

from dataclasses import dataclass, field, fields
from datetime import timedelta
from typing import Final

MICROSECOND: Final = timedelta(microseconds=1)
DAY_US: Final = 86_400_000_000
"""A day in microseconds."""
ADDED_COUNT: Final = 0.5
"""Added to each count of an odds ratio, so that a count of zero gives a finite one (Haldane, Anscombe)."""
FIRST_ROUND_US: Final = 60_000_000
"""Microseconds that the first round of a series counts as watched: the usual distance of two rounds."""

MISSING_ONE_IN: Final = 3
"""A round compares while at most one name in so many is missing; see `comparable.py`. Where more fail, the
cause is common, and the bet would win or lose by chance of who is left."""
ODDS_SHOWN_FROM: Final = 3
"""A name's learned odds ratio is shown when its two sums are more than this together: of less, a single
miss would change it by half."""
FINDABLE_ONE_IN: Final = 2
"""A name is called `findable` at first only if at most one in so many of its rounds missed it."""
OWN_ODDS_UNBET: Final = 0.5
"""The share of the bet against high own odds that its past never moves: without it, a name that was
withheld once would be doubted for ever."""
LEVEL_KEEPS: Final = 0.9
"""What a comparable round leaves of the controls' recent missing share: about ten rounds count."""
LEVEL_TAKES: Final = 0.1
"""What its own share adds; with `LEVEL_KEEPS` it makes one."""
USUAL_ROUNDS: Final = 1000
"""Comparable rounds over which the controls' usual missing share is averaged."""
INTERVAL_ROUNDS: Final = 8
"""Rounds over which a stream's usual distance of two rounds is averaged."""
TEXTS_ONE_IN: Final = 2
"""A name asked by several texts is flagged in a round where at least one in so many of them is."""

NOTICE_PLAIN: Final = 0.5
"""A name missing in at least this share of its rounds is noticed at `notice`, else at `notice_partial`."""
FADED_ONE_IN: Final = 100
"""A suspicion fades when its evidence falls below one in so many parts of `notice`: far enough below for it
not to open and close with each round."""
STREAK_MISS: Final = 3.2
"""What a miss adds to a streak's score: the logarithm of 0.5 (withheld half the time) to 0.02 (accident)."""
STREAK_FIND: Final = 0.67
"""What a find takes from the score: the logarithm of 0.98 to 0.5, by the same two chances."""
STREAK_MOST: Final = 9.0
"""The score is cut here, so that fourteen finds in a row end any streak."""
LONE_MISS_GAP: Final = 2
"""Rounds: a single miss followed after more than so many rounds by the next was an accident, no beginning."""
PLAINLY_MISSING: Final = 0.6
"""A name missing in at least this share of rounds is plainly missing: the beginning of that is its onset."""
ONSET_APART: Final = 1.2
"""Streams that begin within so many distances of two rounds of each other begin together."""
LATER_MISSES: Final = 2
"""A run persists when at least so many of its misses came after the persistence ..."""
LATER_ONE_IN: Final = 5
"""... and at least one in so many of all: a short fault with one late accident does neither."""
HIT_MISSES: Final = 3
"""Misses of a streak from which a further stream belongs to an open finding: fewer are accidents."""
PLACE_ACCIDENT: Final = 0.02
"""How often a name that is not hit is missing, for the purpose of finding the place."""
PLACE_MOST: Final = 0.98
"""The highest missing share that is granted to a place, as even a full withholding has its accidents."""
PLACE_PRICE: Final = 3.0
"""What a further place must explain, in the logarithm of the likelihood, besides the choice among places."""
PLACE_CURRENT_ROUNDS: Final = 5
"""A stream is still asked until so many of its usual intervals, and `longest_gap`, after its last round."""
PLACE_SETTLING_ROUNDS: Final = 2
"""A place is named at the latest so many usual intervals after the last stream of it tripped."""
RECOVERY_DELTA_MOST: Final = 0.1
"""The most that a name may still be missing beyond its controls when it is verified restored: the smallest
withholding that the watch calls, so that what is verified is not found again as a relapse."""
RECOVERY_DELTA_LEAST: Final = 0.03
"""The least such difference that is asked for: less would take days to verify."""
RECOVERY_ERRORS: Final = 1.645
"""Standard errors of the lower end of a finding's missing share: 95%, one-sided."""
RECOVERY_FOLLOWED_EVERY: Final = 50
"""Comparable rounds of an open finding after which its difference is measured anew ..."""
RECOVERY_STILL_MISSES: Final = 3
"""... if the name was missing in at least so many of them; with fewer it may be the recovery itself."""
RECOVERY_LOWERED: Final = 0.8
"""The difference is lowered when it has fallen below this share of what it was."""
RECOVERY_VERIFIED: Final = 100.0
"""Evidence of recovery from which a finding is verified restored: at most one false in 200 findings, and one
in 200 days of findings."""
SUSPICION_ENDED: Final = 20.0
"""Evidence of recovery from which a suspicion ends."""
TROUBLE_STAKE: Final = 0.5
"""How often a stream in lasting trouble is in trouble, for the bet against accidents."""
TROUBLE_EVIDENCE: Final = 1.0
"""Evidence from which a run of trouble is no accident: at worst one false a stream in `span`."""
TROUBLE_SHARED_ROUNDS: Final = 2
"""A stream shares a trouble that it met with at most so many good rounds since."""
CANARIES_TO_DOUBT: Final = 2
"""So many different canaries found close together show a reader that finds what is not there; one may
have been posted by anybody."""
CANARY_SOON: Final = 10
"""Rounds within which they are close together."""
CANARY_GOOD_ROUNDS: Final = 20
"""Rounds in a row without a canary found after which the reader is trusted again."""
ORDER_PSI: Final = 2.0
"""In the bet on one name that is not measured: what its odds may be to the others', a reserve for
names that are heavy to answer."""
ORDER_PLACE_ERRORS: Final = 4.0
"""Standard errors by which a name's mean place in the rounds that were hit may differ from the middle;
beyond, the order may be the cause."""
CANARY_ROUNDS: Final = 2
"""Canaries found in so many rounds in a row show a reader that calls anything results; one is an accident."""
NOT_MEASURED_ONE_IN: Final = 2
"""A round is in trouble of ours where one asking in so many was not measured."""
NETWORK_RECENT_US: Final = 600_000_000
"""How far back, in microseconds, a vantage's other platforms say whether its network works."""

ATTENTION_FULL_PAGE: Final = 0.8
"""A value is flagged below this share of what is usual where the past is narrow (full pages):
elsewhere attention moves that much."""
ATTENTION_HALF: Final = 0.5
"""... below this share anywhere."""
ATTENTION_QUARTER: Final = 0.25
"""... and below this share even where the last hour alone is known."""
NARROW_PAST: Final = 0.85
"""The past is narrow where its lowest tenth is at least this share of the usual value."""
LOWEST_TENTH: Final = 0.1
"""A flagged value is also below this quantile of the same hour's values, so that a name whose past is
wide is not flagged more often by chance."""
ATTENTION_USUAL_LEAST: Final = 8.0
"""A name that usually has fewer results is not judged by their number: few posts jump by themselves."""
ATTENTION_ROUNDS: Final = 60
"""Values of the last hour ..."""
ATTENTION_NEWEST_OUT: Final = 5
"""... before the newest so many, which may be what is judged ..."""
ATTENTION_LEAST: Final = 20
"""... of which at least so many are needed."""
ATTENTION_EVERY_US: Final = 45_000_000
"""Microseconds between two values of the last hour, at least: confirming rounds would make it minutes."""
ATTENTION_STALE_US: Final = 180_000_000
"""Each wait of so many microseconds makes one value stale: the last hour reaches back three at most."""
ATTENTION_HOUR_LEAST: Final = 10
"""An hour of a day is remembered for the same hour of later days if it has so many values."""
ATTENTION_DAYS: Final = 4
"""Days that the same hour looks back, ..."""
DAYS_LEAST: Final = 3
"""... and how many of them must be known."""
YOUNG_S: Final = 300.0
"""Results younger than this, in seconds, are never `older`: that is the pace of a quiet name."""
USUAL_LOW: Final = 0.2
"""The quantile of a block's numbers of results that counts as its low end."""
USUAL_OLD: Final = 0.9
"""The quantile of a block's ages that counts as its old end."""
SPOILT_SHARE: Final = 0.2
"""A block of which a larger share was flagged teaches nothing: it may be the beginning of a withholding."""
BLOCK_LEAST_ONE_IN: Final = 4
"""A block teaches of a name that was measured in at least one in so many of its rounds."""
BLOCK_MIDDLE: Final = 0.5
"""The quantile of a block's numbers of results, and of the blocks' own, that counts as usual."""
FEWER_ROUNDED: Final = 0.5
"""Results added to the limit of `fewer`, so that it is rounded to the nearest number of results."""
ORDERED_FROM: Final = 0.95
"""A name's results are usually in order where at least this share of its rounds was."""
UNORDERED_BELOW: Final = 0.5
"""An answer says 1 for newest first and 0 for not: below this it is not in order."""
WAYS_ONE_IN: Final = 2
"""A graded finding names the ways that were met at least one in so many times as often as the first."""
SLOW_LEAST_ONE_IN: Final = 2
"""A block of the slow tier compares the names that were measured in at least one in so many of its rounds."""
FADING_MOST: Final = 200
"""Rounds without a flag that are booked at once, at most: by then nothing is left of the evidence."""
LATE_SHARE: Final = 0.75
"""Where order may explain an answer, a name asked on average later in its rounds than this is not judged."""

ONE_CHECK_FROM: Final = 20.0
"""Odds from which a single check says that a name is treated worse: one chance in twenty, as is custom."""
ONE_CHECK_ONE_IN: Final = 2
"""All names are missing alike where more than one control in so many is; likewise a name mostly."""
BURST_VOLUME_ONE_IN: Final = 2
"""A name under a finding may be back where it has at least one in so many of the controls' median results."""

CONTROL_MISSES_IN_A_ROW: Final = 10
"""A control that is missing in so many judged rounds in a row is dropped. It is judged while at least half of
the others are found: then a good one is missing so often in a row once in 2^10."""
CONTROL_JUDGED_ROUNDS: Final = 32
"""The last judged rounds of a control, at most 64, that its missing share is taken from."""
CONTROL_JUDGED_LEAST: Final = 16
"""Fewer judged rounds than this say no share."""
CONTROL_MISSING_SHARE: Final = 0.6
"""A control missing in at least this share of its judged rounds is dropped."""
CONTROL_BACK_AFTER: Final = 20
"""A dropped control compares again when it was found in so many judged rounds in a row."""
CONTROLS_KEPT_ONE_IN: Final = 2
"""At least one control in so many is kept, however many are missing."""
CONTROLS_GONE_WITHIN: Final = 30
"""Rounds: a control that went missing so near to a contestant went together with it."""
RECALL_PSI: Final = 1.5
"""In the recall bet: what the odds of a name's post not being shown may be to its controls'."""
RECALL_BANDS_S: Final = (600.0, 3_600.0, 21_600.0, 86_400.0, 604_800.0)
"""Ends of the age bands of posts, seconds: ten minutes, an hour, six hours, a day, a week."""
LIARS_ONE_IN: Final = 5
"""Evidence of people and volunteers survives lies by one in so many of those heard, and by one at least."""
LIARS_MOST_SETS: Final = 5_000
"""Sets of possible liars up to which each is left out exactly."""
LIARS_STARTS_KEPT: Final = 200
"""Beginnings that are kept where the sets are more."""
BAD_CONTROL_LEAST: Final = 8
"""A control is never left out for fewer misses than this."""

CALM_DISTURBED: Final = 0.02
"""The calm line is fair though this share of calm-looking rounds be the start of any common trouble."""
CALM_UNDISTURBED: Final = 0.5
"""The least chance that no control is missing, for a round to look calm."""
CALM_FLOOR: Final = 0.002
"""The controls are never taken to be missing more rarely than this."""
CALM_ADDED_LONG: Final = 1.0
"""Added to the misses of the controls' long past, ..."""
CALM_ADDED_RECENT: Final = 0.5
"""... and to those of their recent past, so that a past without a miss does not say never."""
CALM_LONG_ROUNDS: Final = 2000
"""Rounds over which the controls' long missing share is averaged ..."""
CALM_RECENT_ROUNDS: Final = 60
"""... and their recent one; the higher of both is their ceiling."""
CALM_PAST_ROUNDS: Final = 30
"""A round looks calm after so many rounds of past at the earliest, ..."""
CALM_REST_ROUNDS: Final = 6
"""... and so many rounds after a stir among the controls."""
CALM_STIR: Final = 3
"""So many controls missing are a stir; one fewer is where that is rarer than `CALM_STIR_RARE`."""
CALM_STIR_RARE: Final = 0.02
CALM_MOST: Final = 0.9
"""The highest missing share that is granted to controls where odds are reckoned from it."""
CALM_PROVEN: Final = (3.0, 5.0)
"""The calm line's addition holds for a name once so many lonely misses would be expected at the odds that the
bonus is fair for, and none came; or, the second number, and one came: chances of 5% and 4%."""

PUBLIC_TIMES: Final = 100.0
"""A public claim needs so many times the evidence of an alarm: about two rounds more ..."""
PUBLIC_PARTIES: Final = 2
"""... or so many measuring parties that have each proven it."""

CHANGE_STARTS: Final = 2000
"""So many of the newest usual rounds are looked at as the beginning of a change."""
CHANGE_FOLD_ROUNDS: Final = 512
"""So many rounds at once go from single ones into sums."""
CHANGE_RATIOS: Final = (0.02, 2e4, 70)
"""From, to, and number of the constant odds ratios that change must refute: what names may be like at all."""
CHANGE_GRID_SLACK: Final = 1.3
"""A reserve for the curvature between two of these ratios, which is known at one of them only."""
CHANGE_ONSET_ONE_IN: Final = 10
"""Beginnings with at least one in so many parts of the best one's evidence belong to the onset's range."""
USUAL_CONTROLS: Final = 1.5
"""A round is usual while the controls missing are at most one and so many times their long-run number, ..."""
USUAL_REST_ROUNDS: Final = 6
"""... and it was so in so many rounds before."""

CALLED_AFTER_US: Final = 300_000_000
"""Microseconds that a name must have been missing before it is called: short faults of its own are over."""
CALLED_BROAD_US: Final = 120_000_000
"""The same where enough surfaces, networks and a fresh session agree: a shard's or cache's fault is local."""
CALLED_MOST_US: Final = 900_000_000
"""However long comparison names were lonely, a name is called after this."""
BROAD_SURFACES: Final = 2
BROAD_NETWORKS: Final = 3
"""An outage is broad that meets so many surfaces and networks."""
RECORD_US: Final = 30 * DAY_US
"""How long a lonely outage of a comparison name counts."""
RECORD_FROM_US: Final = 7 * DAY_US
"""The record is at hand when comparison names have been watched for so long."""
LONELY_FOUND_ONE_IN: Final = 3
"""A name is missing throughout while at most one in so many rounds found it."""
LONELY_PAUSE_ONE_IN: Final = 2
"""Misses are spread over a span if no pause between two takes more than one in so many parts of it."""

OWN_ODDS_ABOVE: Final = 3.0
"""A name whose odds ratio in its quiet past is surely above this keeps a `psi` of its own, ..."""
OWN_ODDS_MISSES: Final = 5
"""... learned from so many of its misses at least."""


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
    calm_stakes: tuple[float, ...] = (0.03, 0.12, 0.35, 0.97)
    """What the calm line stakes, beside each of `stakes`, where a round looks calm and nobody is missing."""
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
    """It is gathered only while the controls' recent missing share is below this, ..."""
    learning_usual: float = 1.5
    """... or below so many times the usual one."""

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
    recovery_rounds: int = 3
    """A hit stream in whose last so many rounds the name was missing has not recovered ..."""
    recovery_relapsed_one_in: int = 10
    """... and at most one in so many of the hit streams may be so: among many, accidents never end."""
    recovery_rounds_seen: int = 5
    """A vantage has seen the recovery once a hit stream of its found the name for so many rounds."""
    recovery_vantages: int = 2
    """So many vantages must have seen it, where the finding was seen from several."""
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
        object.__setattr__(self, "span_us", self.span / MICROSECOND * 1.01)
        for name in ("longest_gap", "slow_gap", "persistence", "recovery_least"):
            object.__setattr__(self, f"{name}_us", getattr(self, name) // MICROSECOND)
        given = tuple(getattr(self, setting.name) for setting in fields(self) if setting.init)
        object.__setattr__(self, "digest", hash(given))

    def __hash__(self) -> int:
        return self.digest

    def alarm(self, names: int, share: float) -> float:
        """The evidence at which one of `names` names is an alarm, for a channel that may spend `share`."""
        return names / (self.false_alarms * share)
