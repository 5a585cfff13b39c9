"""What must hold between contestants and the lists that they stand on."""

from siaga.config.lookup import items_of
from siaga.config.reading import FileReading
from siaga.config.wording import closest, quoted
from siaga.election.model import ContestantKind
from siaga.election.sections import ContestantSection

_LISTS = (ContestantKind.LIST, ContestantKind.PARTY)


def check_lists(reading: FileReading) -> None:
    """Whoever is on a list is so on one of this file, and no two have the same place on it."""
    contestants = reading.all_sound(ContestantSection, items_of(reading.root, "contestants"))
    lists = {contestant.id for contestant in contestants if contestant.kind in _LISTS}
    holders: dict[tuple[str, int], ContestantSection] = {}
    for contestant in contestants:
        place = contestant.place
        if contestant.on_list is None:
            if place is not None:
                do = "Add `on-list:` with the list's id, or remove the place."
                reading.wrong(contestant.position_of("place"), "A place is on a list, and none is named.", do)
            continue
        at = contestant.position_of("on-list")
        if contestant.kind in _LISTS:
            do = "Remove `on-list`; say in `tags` what it belongs to."
            reading.wrong(at, f"A {contestant.kind} stands on no other list.", do)
        elif contestant.on_list not in lists:
            what = f"{quoted(contestant.on_list)} is no list and no party of this file."
            reading.wrong(at, what, _one_of(contestant.on_list, lists))
        if place is None:
            continue
        holder = holders.setdefault((contestant.on_list, place), contestant)
        if holder is not contestant:
            what = (
                f"Place {place} of {contestant.on_list} is {holder.id}'s already "
                f"(line {holder.position_of('place').line})."
            )
            reading.wrong(contestant.position_of("place"), what, "Correct one of the two places.")


def _one_of(written: str, lists: set[str]) -> str:
    meant = closest(written, lists)
    guess = "" if meant is None else f"Did you mean {meant!r}? "
    return f"{guess}Write the id of a contestant of the kind `list` or `party`."
