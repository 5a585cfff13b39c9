"""Whether a scenario can be played on an election's platforms."""

from collections.abc import Mapping

from siaga.domain.errors import BadInput, Fault
from siaga.election.model import Election
from siaga.simulation.contracts.registry import CONTRACTS
from siaga.simulation.faults import WHOLE, InjectedFault
from siaga.simulation.scenario import Scenario


def fit(scenario: Scenario, election: Election) -> None:
    """Return if every platform, vantage and form of answer that the scenario speaks of is there.

    Raises:
        BadInput: with a fault for each that is not.
    """
    platforms = {watch.id: watch.reader for watch in election.platforms}
    unsimulated = [id for id, reader in platforms.items() if reader not in CONTRACTS]
    if unsimulated:
        do = f"Leave it out of the election file; simulated are: {', '.join(sorted(CONTRACTS))}."
        raise BadInput(*(Fault(f"{id}: there is no simulated {platforms[id]}.", do) for id in unsimulated))
    vantages = {vantage.id for vantage in election.vantages}
    wrong = [
        Fault(f"{scenario.id} has a wave on {wave.platform!r}.", _one_of(platforms))
        for wave in scenario.waves
        if wave.platform not in platforms
    ]
    for trouble in scenario.troubles:
        wrong += misfits(trouble.id, trouble.fault, platforms, vantages)
    if wrong:
        raise BadInput(*wrong)


def misfits(word: str, fault: InjectedFault, platforms: Mapping[str, str], vantages: set[str]) -> list[Fault]:
    """What a fault speaks of that is not there. `platforms` gives the reader of each platform."""
    if fault.platform is not None and fault.platform not in platforms:
        return [Fault(f"{word} speaks of the platform {fault.platform!r}.", _one_of(platforms))]
    wrong = [
        Fault(f"{word} speaks of the vantage {vantage!r}.", _one_of(vantages))
        for vantage in fault.vantages
        if vantage not in vantages
    ]
    hit = [fault.platform] if fault.platform else sorted(platforms)
    for platform in hit:
        forms = CONTRACTS[platforms[platform]].forms
        if fault.kind in WHOLE and fault.kind not in forms:
            what = f"{word}: {platform} has no form of answer for {fault.kind}."
            wrong.append(Fault(what, f"Choose one of: {', '.join(sorted(forms))}, or another platform."))
        surfaces = CONTRACTS[platforms[platform]].only_on.get(fault.kind)
        if surfaces is not None and not (fault.surfaces and set(fault.surfaces) <= surfaces):
            what = f"{word}: {platform} has {fault.kind} only on {', '.join(sorted(surfaces))}."
            wrong.append(Fault(what, f"Write `surfaces: [{', '.join(sorted(surfaces))}]`."))
    return wrong


def _one_of(known: "set[str] | Mapping[str, str]") -> str:
    return f"The election has: {', '.join(sorted(known))}."
