"""Where results stand in real answers, so that a proxy can take some away. Pure: documents in and out."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from siaga.domain.time import parse_rfc3339
from siaga.simulation.contracts.contract import Contract, ContractQuery

Keep = Callable[[Sequence[object]], list[object]]


def edited(contract: Contract, ask: ContractQuery, document: object, keep: Keep) -> object | None:
    """The document with only those results that `keep` keeps; None for the contract's own empty answer.

    A document without a list where results belong is left as it is.
    """
    paths = contract.lists.get(ask.endpoint)
    if paths is None:
        return document if keep([document]) else None
    lists = [found for path in paths if isinstance(found := _at(document, path), list)]
    if not lists:
        return document
    left = 0
    for found in lists:
        found[:] = keep(found)
        left += len(found)
    if not left and ask.endpoint in contract.left_out:
        return None
    _recount(contract, document, left)
    return document


def written(contract: Contract, item: object) -> datetime | None:
    """When an item says that it was written; None where it does not."""
    for path in contract.times:
        said = _at(item, path)
        try:
            if isinstance(said, str):
                return parse_rfc3339(said)
            if isinstance(said, int | float):
                return datetime.fromtimestamp(said / 1000 if said > 10**11 else said, UTC)
        except (ValueError, OverflowError):
            continue
    return None


def _at(document: object, path: Sequence[str]) -> object:
    for name in path:
        if not isinstance(document, dict):
            return None
        document = document.get(name)
    return document


def _recount(contract: Contract, document: object, left: int) -> None:
    """What the document says of how many there are."""
    if not contract.counted:
        return
    *place, name = contract.counted
    holder = _at(document, place)
    if isinstance(holder, dict) and name in holder:
        holder[name] = left
