"""How many requests one asking takes, by platform and surface."""

from collections.abc import Mapping

from siaga.election.model import Election
from siaga.election.readers import ReaderFacts

RequestCosts = Mapping[tuple[str, str], int]
"""Requests that one asking takes at most, by platform id and surface."""


def request_costs(election: Election, readers: Mapping[str, ReaderFacts]) -> RequestCosts:
    """The costs on each surface that the election watches. `readers` by platform id; a surface whose reader
    names no cost takes one request."""
    return {
        (platform.id, watch.surface): readers[platform.id].cost.get(watch.surface, 1)
        for platform in election.platforms
        for watch in platform.surfaces
    }
