"""Streams in trouble together are one cause, named by the widest place that they fill."""

from siaga.detection.localisation.common_cause import widest_causes
from siaga.detection.rules.common_mode import DOWN, OFFLINE
from siaga.detection.trouble_run import Site, TroubleRun

SITES = [
    Site(3 * row + column, surface, vantage, TroubleRun(), 0, 60_000_000)
    for row, surface in enumerate(("people", "search"))
    for column, vantage in enumerate(("jakarta", "medan", "solo"))
]


def _causes(kind: str, *struck: int) -> list[tuple[str | None, str | None, list[int]]]:
    causes = widest_causes(kind, [SITES[index] for index in struck], SITES)
    return [(surface, vantage, [site.index for site in sites]) for surface, vantage, sites in causes]


def test_all_streams_are_the_platform() -> None:
    assert _causes(DOWN, 0, 1, 2, 3, 4, 5) == [(None, None, [0, 1, 2, 3, 4, 5])]


def test_all_streams_but_one_are_no_whole_platform() -> None:
    assert _causes(DOWN, 0, 1, 2, 3, 4) == [
        ("people", None, [0, 1, 2]),
        ("search", "jakarta", [3]),
        ("search", "medan", [4]),
    ]


def test_a_dead_network_is_looked_for_by_vantage_first() -> None:
    assert _causes(OFFLINE, 0, 3) == [(None, "jakarta", [0, 3])]
    assert _causes(OFFLINE, 0, 1, 2, 3) == [
        (None, "jakarta", [0, 3]),
        ("people", "medan", [1]),
        ("people", "solo", [2]),
    ]


def test_a_single_stream_is_itself() -> None:
    assert _causes(DOWN, 4) == [("search", "medan", [4])]


def test_a_surface_asked_from_one_vantage_only_is_left_to_a_vantage_that_explains_more() -> None:
    lonely = Site(6, "ads", "jakarta", TroubleRun(), 0, 60_000_000)
    current = [*SITES, lonely]
    row = [SITES[0], SITES[3], lonely]
    assert widest_causes(DOWN, row, current) == [(None, "jakarta", row)]


def test_it_is_named_by_itself_where_the_rest_of_its_vantage_does_well() -> None:
    lonely = Site(6, "ads", "jakarta", TroubleRun(), 0, 60_000_000)
    causes = widest_causes(DOWN, [SITES[4], lonely], [*SITES, lonely])
    assert causes == [("ads", "jakarta", [lonely]), ("search", "medan", [SITES[4]])]
