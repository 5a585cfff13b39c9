"""Our own connection lost: said only when several platforms failed and none was reached."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.probing.probing_stories import START

from siaga.domain.answers import Answer
from siaga.probing.connectivity import LEAST_PLATFORMS, WINDOW, Connectivity

outcomes = st.lists(
    st.tuples(st.integers(0, 400), st.sampled_from(["x", "bluesky", "nostr"]), st.sampled_from(list(Answer))),
    max_size=40,
).map(lambda found: sorted(found, key=lambda one: one[0]))


@given(outcomes)
def test_a_vantage_is_offline_exactly_when_several_platforms_failed_lately_and_none_was_reached(
    found: list[tuple[int, str, Answer]],
) -> None:
    connectivity = Connectivity()
    for second, platform, answer in found:
        connectivity.observe("here", platform, answer, START + timedelta(seconds=second))
    now = START + timedelta(seconds=400)
    recent = [one for one in found if timedelta(seconds=400 - one[0]) <= WINDOW]
    several = len({platform for _, platform, _ in recent}) >= LEAST_PLATFORMS
    reached = any(answer is not Answer.UNREACHABLE for _, _, answer in recent)
    assert connectivity.offline("here", now) is (several and not reached)


def test_one_busy_platform_out_of_reach_does_not_hide_that_others_are_reached() -> None:
    connectivity = Connectivity()
    connectivity.observe("here", "bluesky", Answer.RESULTS, START)
    for _ in range(500):
        connectivity.observe("here", "x", Answer.UNREACHABLE, START)
    assert not connectivity.offline("here", START)
    connectivity.observe("here", "nostr", Answer.UNREACHABLE, START)
    assert not connectivity.offline("here", START)
