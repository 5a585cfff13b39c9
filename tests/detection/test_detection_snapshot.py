"""A saved state: exact, and never read by other code than wrote it."""

from collections import deque
from dataclasses import make_dataclass
from datetime import timedelta

import numpy as np
import pytest

from siaga.detection.snapshot import layout_of, pack, unpack
from siaga.detection.watch import Detection
from siaga.domain.errors import BadInput
from siaga.domain.verdicts import State
from siaga.simulation.streams import Streams

KINDS: dict[str, type] = {"State": State}
LAYOUT = layout_of(KINDS, ["round-bet@1"])
VALUE = {"a": [1, None, "x"], "b": (State.SUSPECTED, timedelta(seconds=1)), "c": deque([0.1]), "d": {1, 2}}


def test_what_is_packed_comes_back() -> None:
    assert unpack(pack(VALUE, LAYOUT), KINDS, LAYOUT) == VALUE
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert np.array_equal(unpack(pack(array, LAYOUT), KINDS, LAYOUT), array)


def test_other_fields_or_another_version_of_a_rule_are_another_layout() -> None:
    before, after = make_dataclass("Kept", ["a"]), make_dataclass("Kept", ["a", "b"])
    assert layout_of({"Kept": before}, []) != layout_of({"Kept": after}, [])
    assert layout_of({}, ["round-bet@1"]) != layout_of({}, ["round-bet@2"])


@pytest.mark.parametrize(
    "data",
    [
        b"siaga-detection-1\n" + pack(VALUE, b""),
        pack(VALUE, layout_of(KINDS, ["round-bet@2"])),
        pack(VALUE, LAYOUT)[:-1],
        pack(np.zeros(3), LAYOUT)[:-1],
        b"",
    ],
    ids=["an earlier form", "another rule", "cut head", "cut array", "empty"],
)
def test_a_state_of_another_form_is_refused_so_that_it_is_computed_anew(data: bytes) -> None:
    with pytest.raises(BadInput, match="recomputes it from the stored measurements"):
        unpack(data, KINDS, LAYOUT)


def test_a_state_computed_anew_says_what_the_saved_one_said() -> None:
    streams = Streams(5, 120, missing=0.005)
    streams.withhold("mahfud", 60, 120)
    rounds = list(streams.rounds())
    whole, half = Detection(), Detection()
    for measurements in rounds:
        whole.take(measurements)
    for measurements in rounds[:60]:
        half.take(measurements)
    resumed = Detection.restore(half.snapshot())
    for measurements in rounds[60:]:
        resumed.take(measurements)
    assert resumed.verdicts() == whole.verdicts()
    with pytest.raises(BadInput):
        Detection.restore(b"siaga-detection-1\n" + half.snapshot())


def test_what_has_no_form_is_refused() -> None:
    with pytest.raises(TypeError, match="no form for object"):
        pack(object(), LAYOUT)
