"""Strict access to JSON: what is not as the contract has it is a violation, never None and never a crash."""

import pytest
from tests.platforms.platform_samples import answer

from siaga.platforms.conversation import Response
from siaga.platforms.json import (
    LARGEST_BODY,
    LONGEST_NOTE,
    MOST_ITEMS,
    ContractViolation,
    as_note,
    document,
    encoded,
    error_document,
    error_text,
    is_a,
    objects,
    optional,
    optional_list,
    required,
    required_list,
    texts,
)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"NaN", b" " * (LARGEST_BODY + 1)])
def test_a_body_that_is_not_json_is_a_violation(body: bytes) -> None:
    with pytest.raises(ContractViolation):
        document(Response(200, {}, body, "https://a.example"))
    assert error_document(Response(400, {}, body, "https://a.example")) == {}


def test_a_body_cut_off_is_a_violation_even_where_it_still_parses() -> None:
    with pytest.raises(ContractViolation):
        document(Response(200, {}, b"{}", "https://a.example", truncated=True))


def test_a_failed_requests_document_is_an_object_or_nothing() -> None:
    assert error_document(answer(400, {"error": "x"})) == {"error": "x"}
    assert error_document(answer(400, ["x"])) == {}
    assert error_text({"error": "x"}, "error") == "x"
    failures: list[object] = [{}, {"error": 1}, [], None]
    for failure in failures:
        assert error_text(failure, "error") == ""


def test_a_required_field_is_there_and_of_its_kind() -> None:
    assert required({"a": 0}, "a", int) == 0
    holders: list[object] = [{}, {"a": None}, {"a": "1"}, {"a": True}, [], None]
    for holder in holders:
        with pytest.raises(ContractViolation):
            required(holder, "a", int)


def test_an_optional_field_may_be_absent_but_not_of_another_kind() -> None:
    assert optional({}, "a", str) is None
    assert optional({"a": None}, "a", str) is None
    assert optional({"a": ""}, "a", str) == ""
    holders: list[object] = [{"a": 1}, {"a": []}, [], None]
    for holder in holders:
        with pytest.raises(ContractViolation):
            optional(holder, "a", str)


def test_true_is_not_a_number_and_one_is_not_true() -> None:
    assert not is_a(True, int)
    assert is_a(1, int)
    assert not is_a(1, bool)
    assert is_a(True, bool)


def test_a_list_holds_objects_only_and_not_too_many() -> None:
    assert list(objects([{}, {"a": 1}])) == [{}, {"a": 1}]
    assert list(required_list({"a": [{}]}, "a")) == [{}]
    assert list(optional_list({}, "a")) == []
    not_such_lists: list[object] = [None, {}, [1], [None], [{}] * (MOST_ITEMS + 1)]
    for items in not_such_lists:
        with pytest.raises(ContractViolation):
            list(objects(items))
    with pytest.raises(ContractViolation):
        list(required_list({}, "a"))
    with pytest.raises(ContractViolation):
        list(optional_list({"a": {}}, "a"))


def test_texts_stand_together_and_optional_ones_may_be_missing() -> None:
    assert texts({"a": "x", "b": None}, "a", optionally=("b", "c")) == "x  "
    with pytest.raises(ContractViolation):
        texts({"b": "x"}, "a")
    with pytest.raises(ContractViolation):
        texts({"a": "x", "b": 1}, "a", optionally=("b",))


def test_a_text_that_json_cannot_carry_is_a_violation() -> None:
    assert encoded({"q": "é"}) == '{"q":"é"}'.encode()
    with pytest.raises(ContractViolation):
        encoded({"q": "half a pair \ud800"})


def test_a_note_is_short_and_plain() -> None:
    assert as_note("AuthMissing", "", "sign in\x1b[31m first\r\n") == "AuthMissing sign in 31m first"
    assert len(as_note("x" * 500)) <= LONGEST_NOTE
