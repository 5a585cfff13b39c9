"""Who stands, from Popolo JSON: persons, organizations and memberships (www.popoloproject.com/specs)."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from siaga.config.wording import quoted
from siaga.domain.errors import BadInput, Fault
from siaga.election.model import ContestantKind, NameKind
from siaga.election.roster import AccountNetwork, FoundContestant, FoundName


def contestants_of_popolo(
    text: str, file: str, networks: Sequence[AccountNetwork], notes: list[str]
) -> list[FoundContestant]:
    """Everybody in a Popolo document, with accounts on `networks`. `notes` gets what was not taken.

    Raises:
        BadInput: it is no such document; with every fault, by its path.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        raise BadInput(Fault("This is no JSON.", "Save the file anew.", file, line)) from None
    if not isinstance(document, dict) or not isinstance(document.get("persons"), list):
        what = "There is no list `persons` in it."
        raise BadInput(Fault(what, "Name a Popolo document with persons.", file, field="persons"))
    faults: list[Fault] = []
    organizations = _organizations(document, networks, file, faults)
    memberships = _memberships(document)
    found: list[FoundContestant] = []
    left = 0
    for index, person in enumerate(document["persons"]):
        path = f"persons[{index}]"
        name = person.get("name") if isinstance(person, dict) else None
        if not isinstance(name, str) or not name.strip():
            faults.append(Fault("The name is missing.", "Write it.", file, field=f"{path}.name"))
            continue
        names, not_taken = _names(person, networks)
        left += not_taken
        membership = next(
            (
                member
                for member in memberships.get(str(person.get("id")), [])
                if str(member.get("organization_id")) in organizations
            ),
            {},
        )
        place = membership.get("place", membership.get("list_position"))
        found.append(
            FoundContestant(
                file,
                0,
                path,
                str(person.get("id") or ""),
                ContestantKind.PERSON,
                name.strip(),
                names,
                str(membership.get("organization_id") or ""),
                place if type(place) is int else None,
            )
        )
    if left:
        notes.append(f"Links and contact details of {file} that name no account we know: {left}.")
    if faults:
        raise BadInput(*faults)
    return [*organizations.values(), *found]


def _organizations(
    document: Mapping[str, Any], networks: Sequence[AccountNetwork], file: str, faults: list[Fault]
) -> dict[str, FoundContestant]:
    """The parties and lists, by id; other organizations are none of the contest."""
    found: dict[str, FoundContestant] = {}
    for index, organization in enumerate(_dicts(document.get("organizations"))):
        path = f"organizations[{index}]"
        kind = str(organization.get("classification", "")).casefold()
        if kind not in {"party", "list", "political party", "electoral list"}:
            continue
        name, id_ = organization.get("name"), organization.get("id")
        if not isinstance(name, str) or not name.strip() or id_ is None:
            faults.append(Fault("The name or the id is missing.", "Write both.", file, field=path))
            continue
        if str(id_) in found:
            what = f"The id {quoted(str(id_))} stands twice."
            faults.append(Fault(what, "Give each an id of its own.", file, field=f"{path}.id"))
        names, _ = _names(organization, networks)
        sort = ContestantKind.LIST if "list" in kind else ContestantKind.PARTY
        found[str(id_)] = FoundContestant(file, 0, path, str(id_), sort, name.strip(), names)
    return found


def _memberships(document: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """By person: what it belongs to, wherever in the document it stands."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for member in _dicts(document.get("memberships")):
        found.setdefault(str(member.get("person_id")), []).append(member)
    for person in _dicts(document["persons"]):
        found.setdefault(str(person.get("id")), []).extend(_dicts(person.get("memberships")))
    return found


def _names(thing: Mapping[str, Any], networks: Sequence[AccountNetwork]) -> tuple[tuple[FoundName, ...], int]:
    """Its names and accounts, and how many links and contact details were not taken."""
    names = [FoundName(str(thing["name"]).strip(), NameKind.FULL, "name")]
    for other in _dicts(thing.get("other_names")):
        if isinstance(other.get("name"), str) and other["name"].strip():
            kind = NameKind.NICKNAME if "nick" in str(other.get("note", "")).casefold() else NameKind.SHORT
            names.append(FoundName(other["name"].strip(), kind, "other_names"))
    called = {name: network.reader for network in networks for name in network.called}
    left = 0
    for contact in _dicts(thing.get("contact_details")):
        network, value = called.get(str(contact.get("type", "")).casefold()), contact.get("value")
        if network is None or not isinstance(value, str) or not value.strip("@ "):
            left += 1
            continue
        names.append(FoundName(value.strip().lstrip("@"), NameKind.HANDLE, "contact_details", network))
    for link in _dicts(thing.get("links")):
        account = _account_at(str(link.get("url", "")), networks)
        if account is None:
            left += 1
        else:
            names.append(account)
    return tuple(names), left


def _account_at(address: str, networks: Sequence[AccountNetwork]) -> FoundName | None:
    """The account whose page an address is."""
    for network in networks:
        match = re.fullmatch(network.account_page, address) if network.account_page else None
        if match:
            return FoundName(match[1], NameKind.HANDLE, "links", network.reader)
    return None


def _dicts(value: object) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
