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
INTERVAL_ROUNDS: Final = 8
"""Rounds over which a stream's usual distance of two rounds is averaged."""
ROSTER_ROUNDS: Final = 20
"""A round was cut short if one of the last so many of its stream asked more names."""
LOST: Final = 15
"""A name that could not be measured, while others were, is not measurable once this has gathered: by each
round that asked it, and by each that ended before, less by each that measured it. Five rounds in a row do,
and half of the rounds in time. It is measurable again when nothing is left."""
LOST_ASKED: Final = 3
LOST_UNASKED: Final = 1
LOST_BACK: Final = 2
LOST_MOST: Final = 20
LOPSIDED_TARGETS: Final = 3
"""All contestants missing while every control is found, and at least so many of them: the instrument may be
the cause (the account, the query, the language)."""
LOPSIDED_ROUNDS: Final = 2
"""It is doubted after so many such rounds in a row."""
LOPSIDED_MOST: Final = 5
"""Doubt goes with two rounds in which a contestant was found, however long it was; it counts up to this."""
LATELY_US: Final = 600_000_000
"""A name that was missing no longer ago than this, in microseconds, may be worth further rounds."""
TEXTS_ONE_IN: Final = 2
"""A name asked by several texts is flagged in a round where at least one in so many of them is."""

HIT_MISSES: Final = 3
"""Misses among a stream's last `HIT_ROUNDS` from which it belongs to an open finding: fewer are accidents."""
HIT_ROUNDS: Final = 10
LATE_PART: Final = 0.8
"""A run persists by what the rounds after this part of the persistence say: a fault that is over by then has
as many rounds found in them as an accident needs to be seen as one."""
GOES_ON: Final = 20.0
"""So many times likelier must those rounds be at the run's own missing share than at that of accidents."""
ACCIDENT_TIMES: Final = 1.5
"""Accidents of a name are taken to be so many times as frequent as its controls' were meanwhile, at least."""
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
"""... of which at least so many are needed, ..."""
ATTENTION_LEAST_SLOW: Final = 12
"""... or so many where they reach as far back as they may: names that are asked seldom."""
ATTENTION_EVERY_US: Final = 45_000_000
"""Microseconds between two values of the last hour, at least: confirming rounds would make it minutes."""
ATTENTION_REACH_US: Final = 5_400_000_000
"""How far back the last hour reaches at a slow pace, microseconds. With three hours, attention that drifts
was called in 4 of 70 name-months at a round in four minutes; with ninety minutes in none."""
ATTENTION_HOUR_LEAST: Final = 10
"""An hour of a day is remembered for the same hour of later days if it has so many values."""
ATTENTION_DAYS: Final = 4
"""Days that the same hour looks back, ..."""
DAYS_LEAST: Final = 3
"""... and how many of them must be known."""
YOUNG_S: Final = 300.0
"""Results younger than this, in seconds, are never `older`: that is the pace of a quiet name."""
ORDERED_FROM: Final = 0.95
"""A name's results are usually in order where at least this share of its rounds was."""
UNORDERED_BELOW: Final = 0.5
"""An answer says 1 for newest first and 0 for not: below this it is not in order."""
WAYS_ONE_IN: Final = 2
"""A graded finding names the ways that were met at least one in so many times as often as the first."""
ONE_CHECK_FROM: Final = 20.0
"""Odds from which a single check says that a name is treated worse: one chance in twenty, as is custom."""
ONE_CHECK_FEWER_ONE_IN: Final = 2
"""A single check says that a name has fewer results where it has less than one in so many of what the
least of its controls has: the spread between everyday words is about as large."""
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
CONTROL_WORSE_ROUNDS: Final = 500
"""Judged rounds over which a control is held against the middle one of all: about eight hours at a round a
minute, so that a tenth withheld is told from accidents."""
CONTROL_WORSE_LEAST: Final = 60
"""Fewer judged rounds than this do not tell a worse control; misses in a row do."""
CONTROL_WORSE_MISSES: Final = 10
"""Fewer misses never come to this evidence, however few the middle one's: they need not be looked at."""
CONTROL_WORSE_ERRORS: Final = 1.645
"""Standard errors that are granted to the middle control's misses: it may be found so often by chance."""
CONTROL_WORSE_TIMES: Final = 3.0
"""A control is dropped where its odds are at least so many times the middle one's, as names' own odds up to
this are ordinary, ..."""
CONTROL_WORSE_EVIDENCE: Final = 1e6
"""... and one like the middle one would be missing so often at most once in so many."""
CONTROL_WORSE_BACK_AFTER: Final = 60
"""It compares again when it was found in so many judged rounds in a row, at most 64: a control withheld in a
tenth of rounds is, once in 555 times."""
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
CALM_CEILINGS: Final = (0.002, 0.25, 160)
"""From, to, and number of the ceilings of the controls' odds that the calm line has tables for."""

PUBLIC_TIMES: Final = 100.0
"""A public claim needs so many times the evidence of an alarm, on the free line: about two rounds more."""

CHANGE_STARTS: Final = 1000
"""So many of the newest usual rounds are looked at as the beginning of a change ..."""
CHANGE_BEFORE: Final = 1000
"""... each against so many usual rounds before it."""
HISTORY_ROUNDS: Final = 2048
"""Comparable rounds of a stream that are kept one by one: what starts and the rounds before them need."""
HISTORY_ROUNDS_SELDOM: Final = 512
"""The same in channels that seldom see anything."""
CLAIM_PART_ONE_IN: Final = 50
"""A part with less than so many times less evidence than an alarm adds nothing to a claim."""
CHANGE_LIKELY: Final = 1.0
"""Evidence of a change from which a name that differs enough for an alarm is said to be missing now."""
TRIES_MOST: Final = 8
"""A name that has always been found less is looked at for a change after so many misses at the latest."""
TRIFLE_OF_CHANGE: Final = 1e-6
"""Evidence of a change counts as at least this share of an alarm, to say when to look again."""
UNSTEADY_ROUNDS: Final = 8
UNSTEADY_MISSES: Final = 3
"""A control missing in so many of its last `UNSTEADY_ROUNDS` says nothing of what is usual: it may be going
with a name."""
CHANGE_RATIOS: Final = (0.02, 2e4, 70)
"""From, to, and number of the constant odds ratios that change must refute: what names may be like at all."""
CHANGE_GRID_SLACK: Final = 1.3
"""A reserve for the curvature between two of these ratios, which is known at one of them only."""
CHANGE_ONSET_ONE_IN: Final = 10
"""Beginnings with at least one in so many parts of the best one's evidence belong to the onset's range."""
USUAL_CONTROLS: Final = 1.5
"""A round is usual while the controls missing are at most one and so many times their long-run number, ..."""
USUAL_RARE: Final = 0.01
"""... or so many come up at least as often as this by their long-run share: where a fifth of all askings
fails, five of twelve are nothing unusual, and two rounds in five would else tell nothing of a change, ..."""
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
    psi: float = 1.5
    """A name's odds of being missing may be up to so many times its controls', changing as they like."""

    longest_gap: timedelta = timedelta(minutes=10)
    """Time between two rounds counts as watched up to this."""
    differs_after: timedelta = timedelta(hours=6)
    """A name that is found less often than its controls, without a change, is said to be after this."""
    trifle: float = 0.02
    """A name with less evidence than this share of an alarm where it was just missing is not looked at."""
    enough: int = 10
    """A name is `findable` or not only after so many comparable rounds."""

    recovery_stakes: tuple[float, ...] = (0.5, 0.8, 0.95, 1.0)
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
    trouble_share: float = 0.5
    """A round is in trouble when at least this share of controls is missing (or of askings not measured)."""
    trouble_rate: float = 0.02
    """The least chance that is granted to a round in trouble by accident."""
    trouble_rounds: int = 3
    """So many rounds in trouble in a row, and evidence, trip a stream; so many good ones end it."""

    graded_psi: float = 3.0

    evidence_cap: float = 1e30
    """Evidence is cut here: capping only loses."""

    span_us: float = field(init=False)
    """The promise's span in microseconds, a hundredth kept back for each series' first round."""
    longest_gap_us: int = field(init=False)
    differs_after_us: int = field(init=False)
    recovery_least_us: int = field(init=False)
    digest: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "span_us", self.span / MICROSECOND * 1.01)
        for name in ("longest_gap", "differs_after", "recovery_least"):
            object.__setattr__(self, f"{name}_us", getattr(self, name) // MICROSECOND)
        given = tuple(getattr(self, setting.name) for setting in fields(self) if setting.init)
        object.__setattr__(self, "digest", hash(given))

    def __hash__(self) -> int:
        return self.digest

    def alarm(self, names: int) -> float:
        """The evidence at which one of `names` names is an alarm."""
        return names / self.false_alarms
