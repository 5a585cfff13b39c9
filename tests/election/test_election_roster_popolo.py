"""Popolo documents: persons, parties, who is on which list, and where their accounts are."""

import json
from typing import Any

import pytest
from tests.election.account_networks import NETWORKS

from siaga.domain.errors import BadInput
from siaga.election.roster import roster_of
from siaga.election.roster_popolo import contestants_of_popolo

DOCUMENT: dict[str, Any] = {
    "organizations": [
        {"id": "o1", "name": "Partai Merdeka", "classification": "party"},
        {"id": "o2", "name": "Parliament", "classification": "legislature"},
    ],
    "persons": [
        {
            "id": "p1",
            "name": "Sari Wijaya",
            "other_names": [{"name": "Bu Sari", "note": "nickname"}, {"name": "Sari W"}],
            "links": [{"url": "https://x.com/sariwijaya"}, {"url": "https://sari.example"}],
            "contact_details": [{"type": "fax", "value": "1"}],
        },
        {"id": "p2", "name": "Budi Santoso", "memberships": [{"organization_id": "o1"}]},
    ],
    "memberships": [
        {"person_id": "p1", "organization_id": "o2"},
        {"person_id": "p1", "organization_id": "o1", "place": 1},
    ],
}


def test_people_parties_places_and_accounts_are_taken_and_the_rest_is_said() -> None:
    notes: list[str] = []
    found = contestants_of_popolo(json.dumps(DOCUMENT), "p.json", NETWORKS, notes)
    assert notes == ["Links and contact details of p.json that name no account we know: 2."]
    lines = [json.loads(line) for line in roster_of(found, {"x": ["x"]}).lines]
    assert [line["id"] for line in lines] == ["o1", "p1", "p2"]
    assert [line.get("on-list") for line in lines] == [None, "o1", "o1"]
    assert lines[1]["place"] == 1
    assert lines[1]["names"] == [
        {"full": "Sari Wijaya"},
        {"nickname": "Bu Sari"},
        {"short": "Sari W"},
        {"handle": "sariwijaya", "platforms": ["x"]},
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{", "p.json:1: This is no JSON."),
        ("[]", "There is no list `persons` in it."),
        ('{"persons": {}}', "There is no list `persons` in it."),
        ('{"persons": [{"name": " "}, 3]}', "p.json:persons[0].name: The name is missing."),
        (
            '{"persons": [], "organizations": [{"classification": "party", "name": "A"}]}',
            "p.json:organizations[0]: The name or the id is missing.",
        ),
    ],
)
def test_what_is_no_such_document_is_refused_in_words(text: str, what: str) -> None:
    with pytest.raises(BadInput) as caught:
        contestants_of_popolo(text, "p.json", NETWORKS, [])
    assert what in str(caught.value)


def test_a_contact_without_a_value_is_no_account_and_a_place_that_is_no_number_is_none() -> None:
    contacts = [{"type": "x", "value": None}, {"type": "x", "value": " @ "}, {"type": "x", "value": {"a": 1}}]
    person = {
        "id": "p1",
        "name": "Sari Wijaya",
        "contact_details": contacts,
        "memberships": [{"organization_id": "o1", "place": True}],
    }
    document = {"organizations": DOCUMENT["organizations"][:1], "persons": [person]}
    notes: list[str] = []
    found = contestants_of_popolo(json.dumps(document), "p.json", NETWORKS, notes)
    line = json.loads(roster_of(found, {"x": ["x"]}).lines[1])
    assert line["names"] == [{"full": "Sari Wijaya"}]
    assert "place" not in line
    assert notes == ["Links and contact details of p.json that name no account we know: 3."]


def test_an_account_of_a_contact_is_taken_and_an_empty_other_name_is_none() -> None:
    person = {
        "id": "p1",
        "name": "Sari Wijaya",
        "other_names": [{"name": " "}, {"note": "nickname"}],
        "contact_details": [{"type": "Twitter", "value": "@sariwijaya"}],
    }
    notes: list[str] = []
    found = contestants_of_popolo(json.dumps({"persons": [person]}), "p.json", NETWORKS, notes)
    (line,) = map(json.loads, roster_of(found, {"x": ["x"]}).lines)
    assert line["names"] == [{"full": "Sari Wijaya"}, {"handle": "sariwijaya", "platforms": ["x"]}]
    assert notes == []


def test_two_parties_with_one_id_are_refused() -> None:
    party = {"id": "o1", "name": "Maju", "classification": "party"}
    with pytest.raises(BadInput) as caught:
        contestants_of_popolo(
            json.dumps({"persons": [], "organizations": [party, party]}), "p.json", NETWORKS, []
        )
    assert str(caught.value) == (
        "p.json:organizations[1].id: The id 'o1' stands twice. Give each an id of its own."
    )
