"""Controls that go bad: one that is itself persistently missing at a surface is left out from then on.

The rule looks at earlier rounds only, so the bet of the present round stays fair.
"""

from dataclasses import dataclass, field

from siaga.detection.rules.missing import MISSING
from siaga.detection.settings import BAD_CONTROL_LEAST, Settings


@dataclass(slots=True)
class Controls:
    """Which controls are left out, by surface."""

    rounds: dict[str, int] = field(default_factory=dict)
    """Comparable rounds by surface."""
    misses: dict[tuple[str, int], list[int]] = field(default_factory=dict)
    """By surface and control: the rounds in which it was missing, the last few."""
    bad: dict[str, set[int]] = field(default_factory=dict)

    def quiet(self, surface: str) -> None:
        """A comparable round in which every control was found."""
        self.rounds[surface] = self.rounds.get(surface, 0) + 1

    def judge(self, surface: str, outcome: dict[int, int], settings: Settings) -> None:
        """Note a comparable round: what each measured control came back with."""
        rounds = self.rounds[surface] = self.rounds.get(surface, 0) + 1
        bad = self.bad.setdefault(surface, set())
        window = settings.bad_control_window
        for who, code in outcome.items():
            if code != MISSING and who not in bad:
                continue
            misses = self.misses.setdefault((surface, who), [])
            if code == MISSING:
                misses.append(rounds)
            while misses and misses[0] <= rounds - window:
                misses.pop(0)
            if len(misses) >= max(BAD_CONTROL_LEAST, settings.bad_control * min(window, rounds)):
                bad.add(who)
            else:
                bad.discard(who)
