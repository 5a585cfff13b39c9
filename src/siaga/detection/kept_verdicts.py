"""What is said of names about which nothing goes on: kept until a round asks them again.

Of ten thousand names a round asks a few hundred. What a page shows of the others is what it showed before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from siaga.domain.verdicts import Verdict


@dataclass(slots=True)
class KeptVerdicts:
    """The present verdicts of one platform's calm names."""

    _verdicts: dict[int, Verdict] = field(default_factory=dict)

    def drop(self, subjects: Iterable[int]) -> None:
        """A round, or a look at these names, may have changed what is said of them."""
        if self._verdicts:
            for subject in subjects:
                self._verdicts.pop(subject, None)

    def clear(self) -> None:
        """Something changed that concerns all names."""
        self._verdicts.clear()

    def of(
        self, subjects: Sequence[int], restless: frozenset[int], verdict: Callable[[int], Verdict]
    ) -> list[Verdict]:
        """The verdicts of these subjects; of `restless` ones, about which something is open, always anew."""
        kept = self._verdicts
        present = []
        for subject in subjects:
            known = kept.get(subject)
            if known is None:
                known = verdict(subject)
                if subject not in restless:
                    kept[subject] = known
            present.append(known)
        return present
