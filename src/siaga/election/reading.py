"""Reads an election file, and says exactly what is wrong with a bad one: every fault, with its line."""

from collections.abc import Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo

from siaga.config.kinds import ELECTION_FILE
from siaga.config.lookup import text_of
from siaga.config.sections import read_sections
from siaga.config.tree import Fields
from siaga.election.consistency import check_together
from siaga.election.file_scalars import parse_time_zone
from siaga.election.list_rules import check_lists
from siaga.election.model import Election
from siaga.election.platform_rules import check_platforms
from siaga.election.readers import ReaderFacts, Recipes, no_recipes
from siaga.election.sections import ElectionFileSection
from siaga.election.subject_rules import check_subjects
from siaga.election.values import election_of


def read_election(
    text: str, readers: Mapping[str, ReaderFacts], file: str = "", recipes: Recipes = no_recipes
) -> Election:
    """The election that a file's text declares. `readers` are the known ones; `file` is named in faults;
    `recipes` reads what the file says of pages.

    Raises:
        BadInput: with every fault of the file, in the order of its lines.
    """
    reading, declared = read_sections(ElectionFileSection, ELECTION_FILE, text, file, _zone)
    check_platforms(reading, readers, recipes)
    names = check_subjects(reading)
    check_lists(reading)
    check_together(reading, names, readers)
    if declared is None or reading.faults:
        reading.refuse()
    return election_of(declared, readers, text)


def _zone(root: Fields) -> tzinfo:
    name = text_of(root, "timezone", parse_time_zone)
    return UTC if name is None else ZoneInfo(name)
