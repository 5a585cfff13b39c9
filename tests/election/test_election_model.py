"""An election answers who its people are, whose they are, and from where a platform is asked."""

from dataclasses import replace

from tests.election.election_samples import READERS, small

from siaga.election.model import Vantage
from siaga.election.reading import read_election

ELECTION = read_election(small(), READERS)


def test_a_ticket_has_a_subject_a_person_and_others_are_their_own() -> None:
    assert [person.id for person in ELECTION.people()] == ["sari", "bima", "tari"]
    contestants = [ELECTION.contestant_of(subject) for subject in ("sari", "tari")]
    assert [contestant.id for contestant in contestants if contestant] == ["sari", "bima-tari"]
    assert ELECTION.contestant_of("kucing") is None


def test_a_platform_is_asked_from_everywhere_unless_it_says_where() -> None:
    there = Vantage("there")
    election = replace(ELECTION, vantages=(*ELECTION.vantages, there))
    platform = election.platforms[0]
    assert election.vantages_of(platform) == election.vantages
    assert election.vantages_of(replace(platform, vantages=("there",))) == (there,)
