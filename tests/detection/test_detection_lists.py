"""Several findings at once, pairs of contestants over time, the audit of controls, and the words for it."""

import numpy as np
import pytest

from siaga.detection.e_bh import filtered
from siaga.detection.equal_treatment import odds_ratio
from siaga.detection.sentences import sentence
from siaga.detection.watch import Detection
from siaga.domain.verdicts import State, Verdict
from siaga.simulation.streams import Streams


def watched(streams: Streams) -> tuple[Detection, list[Verdict]]:
    detection = Detection()
    return detection, [one for measurements in streams.rounds() for one in detection.take(measurements)]


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


def test_the_odds_ratio_stays_in_its_confidence_sequence_at_every_moment() -> None:
    random = np.random.default_rng(5)
    outside = 0
    for _ in range(200):
        first = np.cumsum(random.random(300) < 2 / 3)
        outside += any(
            not (low <= 2 <= high)
            for k in range(9, 300, 10)
            for low, high in [odds_ratio(int(first[k]), int(k + 1 - first[k]))]
        )
    assert outside <= 0.05 * 200


def test_without_a_difference_seen_nothing_is_said() -> None:
    assert odds_ratio(0, 0) == (0.0, float("inf"))
    low, high = odds_ratio(200, 200)
    assert 0.6 < low < 1 < high < 1.7


def test_pairs_show_who_was_treated_worse_and_outages_do_not() -> None:
    streams = Streams(4, 400, targets=("anies", "ganjar", "mahfud"))
    streams.withhold("mahfud", 100, 200)
    streams.outage(250, 300)
    detection, _ = watched(streams)
    pairs = {(one.first, one.second): one for one in detection.equal_treatment()["x"]}
    assert pairs["anies", "mahfud"].second_only >= 100
    assert pairs["anies", "mahfud"].high < 0.5
    assert pairs["anies", "ganjar"].low < 1 < pairs["anies", "ganjar"].high
    assert detection.audit() == {}


def test_a_control_that_is_always_missing_is_named() -> None:
    streams = Streams(4, 100)
    streams.withhold("control-2", 0, 100)
    detection, _ = watched(streams)
    assert detection.left_out() == {("x", "search-latest"): ["control-2"]}


def test_a_finding_is_said_in_words() -> None:
    streams = Streams(
        6,
        300,
        surfaces=("search-latest", "people"),
        vantages=("jakarta", "medan"),
        texts={"mahfud": ["mahfud", "mahfud md"]},
    )
    streams.withhold("mahfud", 200, 300, surfaces=("search-latest",))
    _, changes = watched(streams)
    proof = next(one for one in changes if one.state is State.SUPPRESSED)
    said = sentence(proof)
    for part in (
        "x: mahfud, mahfud md is found less",
        "on search-latest from jakarta, medan",
        "surfaces not affected: people",
        "since between 03:19",
    ):
        assert part in said, said
    assert sentence(changes[0]) == ""


@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
def test_a_name_that_was_harder_to_find_from_the_start_is_no_finding(ratio: float) -> None:
    streams = Streams(8, 4000, missing=0.03)
    for name in ("anies", "ganjar", "mahfud"):
        streams.own_odds(name, ratio)
    columns, words = streams.columns()
    detection = Detection()
    from siaga.detection.rounds import Rounds

    rounds = Rounds(detection.role, None)
    list(rounds.add(columns, words))
    changes = [one for facts in rounds.end(words) for one in detection.take_facts(facts)]
    assert not [one for one in changes if one.state.is_finding]
    mahfud = next(one for one in detection.verdicts() if one.subject == "mahfud")
    assert float(mahfud.detail["odds_ratio"]) == pytest.approx(ratio, rel=0.4)
    assert float(mahfud.detail["psi"]) >= 2
