"""Faults on command: started and stopped by a word, checked against what is there."""

from collections.abc import Mapping

from siaga.domain.errors import BadInput, Fault
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.fit import misfits

MOST_FAULTS = 1000


class FaultCommands:
    """The faults that somebody has started and not yet stopped."""

    def __init__(
        self, readers: Mapping[str, str], vantages: set[str], cannot: frozenset[FaultKind] = frozenset()
    ) -> None:
        """`readers` gives the reader of each platform that there is; `cannot` is what cannot be done here."""
        self._cannot = cannot
        self._readers = dict(readers)
        self._vantages = vantages
        self._faults: dict[str, InjectedFault] = {}

    @property
    def faults(self) -> Mapping[str, InjectedFault]:
        """By the word that each was started with."""
        return self._faults

    def start(self, word: str, fault: InjectedFault) -> None:
        """Start a fault, from the next asking on. A word that is in use is taken over.

        Raises:
            BadInput: the fault speaks of what is not there, or too many run already.
        """
        if fault.kind in self._cannot:
            raise BadInput(Fault(f"{fault.kind} cannot be done here.", "Use a simulated platform for it."))
        if wrong := misfits(word, fault, self._readers, self._vantages):
            raise BadInput(*wrong)
        if len(self._faults) >= MOST_FAULTS and word not in self._faults:
            raise BadInput(Fault(f"{MOST_FAULTS} faults run already.", "Stop one first."))
        self._faults[word] = fault

    def stop(self, word: str) -> None:
        """Stop the fault that was started with a word, if it runs."""
        self._faults.pop(word, None)
