"""How a stream's controls do: of late, and usually."""

import pytest
from tests.detection.detection_rounds import Laboratory


def test_the_recent_share_follows_quickly_and_the_usual_one_slowly() -> None:
    stream = Laboratory().stream
    for _ in range(100):
        stream.share(0, 10)
    for _ in range(10):
        stream.share(5, 10)
    assert stream.level == pytest.approx(0.5 * (1 - 0.9**10))
    assert stream.usual == pytest.approx(0.5 * 10 / 110)


def test_the_usual_share_reaches_back_a_thousand_rounds_or_so() -> None:
    stream = Laboratory().stream
    for _ in range(5000):
        stream.share(0, 10)
    stream.share(10, 10)
    assert stream.usual == pytest.approx(1 / 1000)
