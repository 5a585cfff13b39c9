"""Whose record a directory holds: the election that its watch began with."""

from typing import Final

from siaga.domain.errors import BadInput, Fault
from siaga.journal.journal import Journal
from siaga.journal.kinds import Kind

_REMEDY: Final = "Name that election's file, or this election's own directory."


def check_journal_is_of(journal: Journal, election: str, place: str) -> None:
    """Refuse the journal of another election; one in which no watch has begun is anybody's.

    `place` says for people where it was looked for.

    Raises:
        BadInput: a watch of another election began there last.
    """
    started = journal.last(Kind.WATCH_STARTED)
    if started is not None:
        check_is_of(str(started.what["election"]), election, place)


def check_is_of(recorded: str, election: str, place: str) -> None:
    """Refuse what was recorded of another election.

    Raises:
        BadInput: `recorded` is another election's id.
    """
    if recorded != election:
        what = f"The record there is of the election {recorded!r}, not of {election!r}."
        raise BadInput(Fault(what, _REMEDY, place))
