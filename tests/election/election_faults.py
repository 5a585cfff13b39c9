"""What tests of faults share: an election with one thing changed, and the faults that are found in it."""

import pytest
from tests.election.election_samples import READERS, small

from siaga.domain.errors import BadInput, Fault
from siaga.election.reading import read_election

FaultCase = tuple[str, str, str, str, str]
"""What is replaced by what, and in the only fault: its field, a part of what is wrong and of what to do."""


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(BadInput) as caught:
        read_election(text, READERS, "e.yaml")
    return caught.value.faults


def only(text: str) -> Fault:
    found = faults(text)
    assert len(found) == 1, "\n".join(map(str, found))
    return found[0]


def changed(old: str, new: str) -> str:
    text = small()
    assert text.count(old) == 1, old
    return text.replace(old, new)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def assert_only_fault(case: FaultCase) -> None:
    old, new, field, what, do = case
    fault = only(changed(old, new))
    assert fault.field == field
    assert what in fault.what
    assert do in fault.do
    assert fault.file == "e.yaml"
    if new and field not in {"controls"}:
        close = line_of(small(), old)
        assert close <= fault.line <= close + new.count("\n") + 1
