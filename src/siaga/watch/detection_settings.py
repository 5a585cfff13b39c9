"""What an election declares of how it is to be judged; the same for the watch and for a replay of it."""

from siaga.detection.settings import Settings
from siaga.domain.answers import Role
from siaga.election.model import Election


def settings_of(election: Election) -> Settings:
    """The rules' numbers, with the election's promise."""
    return Settings(
        false_alarms=election.promise.false_alarms,
        span=election.promise.span,
        least_controls=election.least_controls,
    )


def subjects_of(election: Election) -> dict[str, Role]:
    """What each of its subjects is."""
    roles = {person.id: Role.TARGET for person in election.people()}
    return roles | {control.id: Role.CONTROL for control in election.controls}


def names_of(election: Election) -> int:
    """Targets times platforms: the series that share the promise."""
    return len(election.people()) * len(election.platforms)
