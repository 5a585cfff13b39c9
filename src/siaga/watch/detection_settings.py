"""What an election declares of how it is to be judged; the same for the watch and for a replay of it."""

from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.election.model import Election
from siaga.measurements.judged_by import JudgedBy


def settings_of(election: Election) -> Settings:
    """The rules' numbers, with the election's promise."""
    return Settings(
        false_alarms=election.promise.false_alarms,
        span=election.promise.span,
        least_controls=election.least_controls,
    )


def settings_by(known: JudgedBy) -> Settings:
    """The same from what a file of measurements says."""
    return Settings(false_alarms=known.false_alarms, span=known.span, least_controls=known.least_controls)


def subjects_of(election: Election) -> dict[str, Role]:
    """What each of its subjects is."""
    roles = {person.id: Role.TARGET for person in election.people()}
    return roles | {control.id: Role.CONTROL for control in election.controls}


def names_of(election: Election) -> int:
    """Targets times platforms: the series that share the promise."""
    return len(election.people()) * len(election.platforms)


def judged_by_of(election: Election) -> JudgedBy:
    """The same, as files of measurements hold it."""
    return JudgedBy(
        election=election.id,
        false_alarms=election.promise.false_alarms,
        span=election.promise.span,
        least_controls=election.least_controls,
        names=names_of(election),
        subjects=subjects_of(election),
    )
