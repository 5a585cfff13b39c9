"""The method's tables on the slow programs of `tests/reference`: what the engine is measured against.

python -m benchmarks.method_tables                # all, about an hour on one core
python -m benchmarks.method_tables delay pooled   # or some: delay, false-alarms, controls, pooled, own-odds,
                                                  # attention, faults, recovery, controls-gone, recall, sheets

A round a minute, 12 controls, 100 names, one false alarm in 30 days; median (nineteen in twenty) rounds.
"""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tests.reference import controls as slow_controls
from tests.reference.attention import falsely_impaired
from tests.reference.calm_bonus import CALM_STAKES, FLOOR, Ceiling, o_tilde
from tests.reference.change import change, change_ratio, is_unusual
from tests.reference.liars import sheets
from tests.reference.persistence import lengths_of_faults, share_called
from tests.reference.recall import rounds_to_alarm as recall_rounds
from tests.reference.recovery import recovery_of
from tests.reference.round_bet import WEIGHTS, Floats, table

HORIZON, NAMES = 43_200, 100
MASS_FREE, MASS_CALM = 0.4, 0.4
SHARES = {1.0: 60, 0.6: 200, 0.3: 700, 0.15: 3000, 0.1: 4000}
KINDS = ("clean", "daily rhythm", "bursts", "2% noise", "a fifth fails", "a fifth fails, one retry")
NEVER = 10**6
Counts = npt.NDArray[np.int64]


def rates(kind: str, rounds: int, streams: int, rng: np.random.Generator) -> Floats:
    """How often any asking fails, by round and stream."""
    usual = {"2% noise": 0.02, "a fifth fails": 0.2, "a fifth fails, one retry": 0.04}.get(kind, 0.005)
    q = np.full((rounds, streams), usual)
    if kind in ("daily rhythm", "mixed"):
        q *= 4 ** np.sin(2 * np.pi * (np.arange(rounds)[:, None] / 1440 + rng.random(streams)))
    if kind in ("bursts", "mixed"):
        for stream in range(streams):
            for begin in rng.integers(0, rounds, max(1, 6 * rounds // 1440)).tolist():
                q[begin : begin + rng.integers(2, 25), stream] = rng.uniform(0.05, 0.9)
    return q


class BothLines:
    """The free and the calm line of one name, of many streams side by side."""

    def __init__(self, m: int, streams: int, psi: float, scale: float = 1.0) -> None:
        self.mass = np.array(WEIGHTS)[:, None] * scale / HORIZON
        self.table = table(psi, m)
        self.free, self.calm = np.zeros((4, streams)), np.zeros((4, streams))
        self.past = Ceiling(m, (streams,))
        self.ceilings = np.exp(np.linspace(np.log(FLOOR), np.log(0.2), 160))
        self.roots = np.array([o_tilde(psi, m, float(ceiling)) for ceiling in self.ceilings])

    def step(self, c: Counts, x: npt.NDArray[np.bool_]) -> Floats:
        """Take a round of each stream; returns both lines' evidence."""
        stakes, bet = np.array(CALM_STAKES)[:, None], self.table[:, c, x.astype(int)]
        calm, ceiling = self.past.before()
        root = self.roots[np.minimum(np.searchsorted(self.ceilings, ceiling), len(self.roots) - 1)]
        bonus = np.where(calm & (c == 0), np.where(x, bet + stakes / root, 1 - stakes), bet)
        self.free = np.minimum((self.free + MASS_FREE * self.mass) * bet, 1e30)
        self.calm = np.minimum((self.calm + MASS_CALM * self.mass) * bonus, 1e30)
        self.past.after(c)
        return np.stack([self.free.sum(0), self.calm.sum(0)])


def delays(
    kind: str, share: float, psi: float = 1.5, m: int = 12, streams: int = 200, scale: float = 1.0
) -> Floats:
    """Rounds from the beginning of a withholding, after 600 as usual, to the alarm."""
    rng, quiet, post = np.random.default_rng(1), 600, SHARES[share]
    q, lines = rates(kind, quiet + post, streams, rng), BothLines(m, streams, psi, scale)
    first = np.full(streams, float(NEVER))
    for number in range(quiet + post):
        x = rng.random(streams) < q[number]
        c = rng.binomial(m, q[number])
        if number >= quiet:
            x |= rng.random(streams) < share
        evidence = lines.step(c, x).sum(0)
        if number >= quiet:
            first[(evidence >= NAMES) & (first == NEVER)] = number - quiet + 1
    return first


def text(first: Floats, unit: float = 1.0) -> str:
    """Median and nineteen in twenty."""
    kept = np.minimum(first, NEVER)
    median, late = float(np.median(kept)), float(np.quantile(kept, 0.95))
    if median >= NEVER:
        return "-"
    return f"{median / unit:.2g} ({late / unit:.2g})" if late < NEVER else f"{median / unit:.2g} (not all)"


def show_delay() -> None:
    """Both lines, psi 1.5."""
    for kind in KINDS:
        print(f"| {kind} | " + " | ".join(text(delays(kind, share)) for share in SHARES) + " |", flush=True)


def show_controls() -> None:
    """By the number of controls."""
    for m in (3, 5, 8, 12, 20):
        cells = [text(delays("clean", share, m=m)) for share in (1.0, 0.6, 0.3)]
        print(f"| {m} controls | " + " | ".join(cells) + " |", flush=True)


def show_pooled() -> None:
    """Minutes, with the level's share of the mass."""
    for name, rounds_a_minute, scale in (
        ("1 cell", 1, 1.0),
        ("2 surfaces", 2, 0.25),
        ("2 x 2", 4, 0.25),
        ("4 x 3", 12, 0.25),
        ("6 x 5", 30, 0.25),
        ("4 x 3, one surface", 3, 0.25 / 4),
        ("4 x 3, one vantage", 4, 0.25 / 3),
    ):
        cells = [text(delays("clean", share, 2.0, scale=scale), rounds_a_minute) for share in SHARES]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def show_false_alarms(streams: int = 1500, rounds: int = 4000) -> None:
    """Names over the alarm where nothing is withheld; evidence begins at 0 after each."""
    months = streams * rounds / HORIZON
    for psi, kind in [(psi, kind) for psi in (1.5, 2.0) for kind in (*KINDS[:5], "mixed")]:
        for odds in (1.0, psi):
            rng = np.random.default_rng(5)
            q, lines, alarms = rates(kind, rounds, streams, rng), BothLines(12, streams, psi), 0
            for number in range(rounds):
                own = odds * q[number] / (1 - q[number])
                x = rng.random(streams) < own / (1 + own)
                over = lines.step(rng.binomial(12, q[number]), x).sum(0) >= NAMES
                alarms += int(over.sum())
                lines.free[:, over] = lines.calm[:, over] = 0
            print(f"| psi {psi:g} | {kind} | odds {odds:g} | {alarms} in {months:.0f} months |", flush=True)


@dataclass(slots=True)
class Usual:
    """Which rounds tell a change, of many streams: the controls are as usual, and were before."""

    missing: Floats
    rounds: int = 0
    rest: npt.NDArray[np.int64] | None = None

    def take(self, c: Counts, m: int) -> npt.NDArray[np.bool_]:
        """Take a round; returns whether it is usual."""
        rest = np.full(len(c), -1) if self.rest is None else self.rest
        unusual = is_unusual(c, m, self.missing / max(self.rounds, 1) / m)
        self.rest = np.where(unusual, 6, np.maximum(rest - 1, -1))
        self.missing = self.missing + np.where(3 * c <= m + 1, c, 0)
        self.rounds += 1
        return self.rest < 0


def names_over(kind: str, odds: float, psi: float, names: int = 80, rounds: int = 3000) -> tuple[int, int]:
    """Names with such own odds from the start that are ever over the alarm: by difference, with change."""
    rng, m = np.random.default_rng(5), 12
    q, lines, usual = rates(kind, rounds, names, rng), BothLines(m, names, psi), Usual(np.zeros(names))
    missing, tells = np.zeros((rounds, names), bool), np.zeros((rounds, names), bool)
    known = np.zeros((rounds, names))
    differs, changed = np.zeros(names, bool), np.zeros(names, bool)
    for number in range(rounds):
        own = odds * q[number] / (1 - q[number])
        x = rng.random(names) < own / (1 + own)
        c = rng.binomial(m, q[number])
        known[number], missing[number] = lines.past.before()[1], x
        tells[number] = usual.take(c, m)
        over = lines.step(c, x).sum(0) >= NAMES
        differs |= over
        for name in np.flatnonzero(over & ~changed & x).tolist():
            told = tells[: number + 1, name]
            word, past = missing[: number + 1, name][told].astype(int), known[: number + 1, name][told]
            changed[name] = (
                change(word.tolist())[0] >= NAMES and change_ratio(word.tolist(), past.tolist()) >= NAMES
            )
    return int(differs.sum()), int(changed.sum())


def show_own_odds() -> None:
    """Difference alone, and with change beside it."""
    for kind in ("mixed", "2% noise", "clean"):
        for odds in (3.0, 8.0):
            differs, changed = names_over(kind, odds, 1.5)
            print(f"| {kind} | odds {odds:g} | {differs} -> {changed} of 80 names |", flush=True)


def show_attention() -> None:
    """Names falsely impaired by drifting attention, by the past that they are compared with."""
    for (past, level), names in falsely_impaired().items():
        print(f"| {past} | below {level:g} | {names} of 40 names in 5 days |", flush=True)


def show_faults() -> None:
    """False calls in 1,000 name-months, one short fault of its own a name and week, by persistence."""
    rng, minutes = np.random.default_rng(11), (0.5, 1, 2, 3, 4, 5, 10)
    print("| faults last | " + " | ".join(f"{after:g} min" for after in minutes) + " |")
    for kind in ("uniform 1-4 min", "median 2 min, long tail", "mean 1.5 min"):
        lengths = lengths_of_faults(kind, 200_000, rng)
        cells = [f"{share_called(lengths, after) * 4286:.0f}" for after in minutes]
        print(f"| {kind} | " + " | ".join(cells) + " |", flush=True)


def show_recovery() -> None:
    """Rounds to verified once wholly back, and false ones in a day still withheld."""
    rng = np.random.default_rng(3)
    for share in (1.0, 0.6, 0.3, 0.15, 0.12, 0.1):
        runs = [recovery_of(share, 0.0, rng, withheld=1440) for _ in range(100)]
        back = np.array(
            [verified or NEVER for _, verified in runs if verified is None or verified > 0], float
        )
        early = sum(verified is not None and verified <= 0 for _, verified in runs)
        delta = np.median([delta for delta, _ in runs])
        print(f"| {share:.0%} | delta {delta:.3f} | {text(back)} | {early} false of 100 |", flush=True)


def show_controls_gone() -> None:
    """A name vanishes with some of its controls: rounds to the alarm, free line."""
    rng = np.random.default_rng(9)
    for share in (1.0, 0.6):
        cells = []
        for gone in range(8):
            runs = [slow_controls.rounds_to_alarm(gone, share, rng)[0] or NEVER for _ in range(12)]
            cells.append(text(np.array(runs, float)))
        print(f"| {share:.0%} | " + " | ".join(cells) + " |", flush=True)


def show_recall() -> None:
    """By the share that is not shown anyway, and the share withheld besides."""
    rng = np.random.default_rng(8)
    for hidden in (0.01, 0.05, 0.2, 0.5):
        cells = [text(recall_rounds(share, hidden, 60, 600, rng)) for share in (1, 0.6, 0.3, 0.15, 0.1)]
        print(f"| {hidden:.0%} | " + " | ".join(cells) + " |", flush=True)


def show_sheets() -> None:
    """Sheets to 1,000 to 1: unprotected, and with a fifth of the people taken off."""
    rng = np.random.default_rng(6)
    for slip, share, liars in ((0.03, 1, 0), (0.03, 0.6, 0), (0.1, 1, 0), (0.03, 0, 1), (0.03, 0, 6)):
        runs = [sheets(share, slip, rng, liars=liars, in_turn=not liars) for _ in range(20)]
        cells = [text(np.array([run[k] or NEVER for run in runs], float)) for k in (0, 1)]
        print(
            f"| slips {slip:.0%} | withheld {share:.0%} | liars {liars} | " + " | ".join(cells) + " |",
            flush=True,
        )


SHOWS: dict[str, Callable[[], None]] = {
    "delay": show_delay,
    "controls": show_controls,
    "pooled": show_pooled,
    "false-alarms": show_false_alarms,
    "own-odds": show_own_odds,
    "attention": show_attention,
    "faults": show_faults,
    "recovery": show_recovery,
    "controls-gone": show_controls_gone,
    "recall": show_recall,
    "sheets": show_sheets,
}


def main(chosen: Sequence[str]) -> None:
    """Print the chosen tables, or all."""
    for name, show in SHOWS.items():
        if not chosen or name in chosen:
            begin = time.monotonic()
            print(f"\n## {name}\n")
            show()
            print(f"({time.monotonic() - begin:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
