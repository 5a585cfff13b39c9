"""Which place explains a run best: the platform, surfaces, vantages, or single streams."""

from collections.abc import Sequence
from math import log

from siaga.detection.settings import PLACE_ACCIDENT, PLACE_MOST, PLACE_PRICE


def widest_place(
    surfaces: Sequence[str], vantages: Sequence[str], asked: Sequence[int], missing: Sequence[int]
) -> set[int]:
    """The streams of the place, or the few places, that explain best where the name is missing.

    Places are the whole, each surface, each vantage, each stream; of equal ones the wider is taken.

    Args:
        surfaces: by stream.
        vantages: by stream.
        asked: rounds since the run began, by stream.
        missing: those in which the name was missing.
    """
    everywhere = set(range(len(asked)))
    places = [everywhere]
    places += [{i for i in everywhere if surfaces[i] == surface} for surface in dict.fromkeys(surfaces)]
    places += [{i for i in everywhere if vantages[i] == vantage} for vantage in dict.fromkeys(vantages)]
    places += [{i} for i in sorted(everywhere) if missing[i]]
    price = PLACE_PRICE + log(len(places))
    whole = _gain(everywhere, asked, missing) - price
    chosen: set[int] = set()
    total = 0.0
    while True:
        gains = [_gain(place - chosen, asked, missing) for place in places[1:]]
        best = max(range(len(gains)), key=lambda index: (gains[index], -index), default=-1)
        if best < 0 or gains[best] <= price:
            break
        chosen |= places[1 + best]
        total += gains[best] - price
    return everywhere if whole >= total else chosen


def _gain(place: set[int], asked: Sequence[int], missing: Sequence[int]) -> float:
    """How much likelier the misses in a place are if it is hit than by accident."""
    rounds, misses = sum(asked[i] for i in place), sum(missing[i] for i in place)
    if not misses:
        return 0.0
    share = min(max(misses / rounds, PLACE_ACCIDENT), PLACE_MOST)
    return misses * log(share / PLACE_ACCIDENT) + (rounds - misses) * log((1 - share) / (1 - PLACE_ACCIDENT))
