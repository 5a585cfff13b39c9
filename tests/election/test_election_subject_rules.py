"""Ids and names are told apart, controls stand outside the contest, nobody has a canary's name."""

import pytest
from tests.election.election_faults import FaultCase, assert_only_fault, changed, faults
from tests.election.election_samples import READERS

from siaga.election.reading import read_election

CASES: dict[str, FaultCase] = {
    "a name on a platform that is not watched": (
        "platforms: [bluesky]",
        "platforms: [blusky]",
        "contestants[0].names[2].platforms[0]",
        "no platform",
        "bluesky",
    ),
    "a ticket with names": (
        "    people:\n",
        "    names: [{full: Both}]\n    people:\n",
        "contestants[1].names",
        "by its people",
        "Move",
    ),
    "another contestant's name": (
        "full: Tari Lestari",
        "full: sari  WIJAYA",
        "contestants[1].people[1].names[0]",
        "also a name of sari",
        "tells them apart",
    ),
    "the same name twice": (
        "full: Tari Lestari",
        "full: Tari Lestari\n          - full: tari lestari",
        "contestants[1].people[1].names[1]",
        "stands here twice; first in line",
        "Keep one",
    ),
    "a control that is a contestant's name": (
        "full: Barack Obama",
        "full: Bima Santoso",
        "controls[1].names[0]",
        "also a name of bima",
        "outside the contest",
    ),
    "a control that holds a contestant's name": (
        "full: Barack Obama",
        "full: Tim Bima Santoso",
        "controls[1].names[0]",
        "holds a name of bima",
        "outside the contest",
    ),
    "a canary that occurs as a name": (
        "[qzvexh7rwk4m]",
        "[sariwijaya]",
        "canaries[0]",
        "occurs as a name of sari",
        "random",
    ),
    "an id twice": ("id: obama", "id: bima", "controls[1].id", "stands twice", "Rename"),
    "an id that canaries have": ("id: obama", "id: canary-1", "controls[1].id", "canaries", "Choose another"),
    "a platform twice": ("id: nostr", "id: bluesky", "platforms[1].id", "stands twice", "Rename"),
}


@pytest.mark.parametrize("case", CASES)
def test_one_fault_is_said_with_its_line_field_and_remedy(case: str) -> None:
    assert_only_fault(CASES[case])


def test_a_ticket_has_people_and_every_other_kind_has_names() -> None:
    people = changed("    kind: person\n", "    kind: party\n    people: []\n")
    assert [fault.field for fault in faults(people)] == ["contestants[0].people"] * 2
    ticket = changed("kind: ticket", "kind: list")
    assert {fault.field for fault in faults(ticket)} >= {"contestants[1].people", "contestants[1].names"}
    nobody = changed("kind: person", "kind: ticket")
    assert {fault.field for fault in faults(nobody)} == {"contestants[0].names", "contestants[0].people"}


def test_a_name_may_belong_to_two_subjects_on_platforms_apart() -> None:
    handle = "          - handle: shared\n            platforms: [nostr]"
    text = changed("full: Tari Lestari", f"full: Tari Lestari\n{handle}")
    text = text.replace("handle: sariwijaya", "handle: shared")
    read_election(text, READERS)
