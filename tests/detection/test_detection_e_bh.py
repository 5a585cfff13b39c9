"""Which of several findings are shown together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.reference import watch as slow

from siaga.detection.e_bh import filtered


def test_a_list_is_cut_where_too_many_would_be_wrong() -> None:
    assert filtered({"a": 100.0, "b": 30.0, "c": 1.0}, 0.1) == {"a", "b"}
    assert filtered({"a": 9.0, "b": 9.0}, 0.1) == set()
    assert filtered({"a": 10.0}, 0.1) == {"a"}
    assert filtered({}, 0.1) == set()


def test_no_share_of_wrong_findings_is_above_the_promise() -> None:
    random = np.random.default_rng(3)
    wrong = []
    for _ in range(2000):
        null = {("null", k): float(1 / random.uniform()) / 2 for k in range(20)}  # mean below 1 when cut
        true = {("true", k): 1e6 for k in range(3)}
        shown = filtered({key: min(value, 1e3) for key, value in null.items()} | true, 0.1)
        wrong.append(sum(key[0] == "null" for key in shown) / max(len(shown), 1))
    assert np.mean(wrong) <= 0.1


@pytest.mark.parametrize(("evidence", "shown"), [(20.0, {"a", "b"}), (19.9, {"a"})])
def test_the_second_of_four_needs_half_of_what_the_first_alone_needs(
    evidence: float, shown: set[str]
) -> None:
    assert filtered({"a": 40.0, "b": evidence, "c": 1.0, "d": 0.0}, 0.1) == shown


def test_evidence_of_several_spans_counts_for_each_of_them() -> None:
    assert filtered({"a": 100.0, "b": 1.0}, 0.1, spans=5) == {"a"}
    assert filtered({"a": 100.0, "b": 1.0}, 0.1, spans=6) == set()


@given(
    evidence=st.lists(st.floats(0, 1e6), unique=True, max_size=30),
    share=st.sampled_from([0.05, 0.1, 0.5]),
    spans=st.integers(1, 4),
)
def test_it_shows_what_the_slow_program_shows(evidence: list[float], share: float, spans: int) -> None:
    assert filtered(dict(enumerate(evidence)), share, spans) == set(slow.e_bh(evidence, share, spans))
