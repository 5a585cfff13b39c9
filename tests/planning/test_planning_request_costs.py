"""What an asking takes on each surface that is watched."""

from tests.planning.planning_stories import MINUTE, election, platform

from siaga.planning.request_costs import request_costs
from siaga.platforms.registry import platforms


def test_each_watched_surface_costs_what_its_reader_says() -> None:
    declared = election(platform("x", {"search-latest": MINUTE, "replies": MINUTE}), platform("other"))
    readers = {"x": platforms()["x"], "other": platforms()["x"]}
    costs = request_costs(declared, readers)
    assert costs.keys() == {("x", "search-latest"), ("x", "replies"), ("other", "search-latest")}
    assert costs["x", "search-latest"] == platforms()["x"].cost["search-latest"]
    assert costs["x", "replies"] > costs["x", "search-latest"]
