"""A plan saved by the version before is taken up; any other is refused in words."""

from datetime import timedelta

import pytest
from tests.planning.planning_stories import START, Story, election, planner_of

from siaga.domain.errors import BadInput
from siaga.planning.saved_plan import DEALT, STATE_VERSION, present_form

HOUR = timedelta(hours=1)


def test_a_plan_of_the_version_before_goes_on_with_its_budgets() -> None:
    story = Story(planner_of(election())).until(START + HOUR)
    now = story.planner.state()
    older = {
        **{key: value for key, value in now.items() if key != "again"},
        "version": DEALT,
        "tracks": {name: [*track[:5], "ab" * 32, *track[5:]] for name, track in now["tracks"].items()},
    }
    assert present_form(older) == now
    planner = planner_of(election())
    planner.restore(older, story.now)
    assert planner.left(story.now) == story.planner.left(story.now)


@pytest.mark.parametrize("version", [None, 1, STATE_VERSION + 1])
def test_another_version_is_refused(version: int | None) -> None:
    with pytest.raises(BadInput, match="another version of Siaga"):
        present_form({"version": version})


@pytest.mark.parametrize("version", [1, 2, STATE_VERSION + 1])
def test_of_any_other_version_what_is_used_of_the_budgets_is_kept(version: int) -> None:
    story = Story(planner_of(election())).until(START + HOUR)
    foreign = story.planner.state() | {"version": version, "tracks": ["in", "another", "form"]}
    del foreign["again"], foreign["burned"]
    planner = planner_of(election())
    unused = planner.left(story.now)
    planner.restore(foreign, story.now)
    assert planner.left(story.now) == story.planner.left(story.now) != unused
    rounds = Story(planner, story.now).until(story.now + HOUR).rounds
    assert {round_.stream for round_ in rounds} == {round_.stream for round_ in story.rounds}
