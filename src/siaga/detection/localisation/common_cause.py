"""Which places explain a trouble that several streams are in: each cause is named by its widest place."""

from siaga.detection.rules.common_mode import OFFLINE
from siaga.detection.trouble_run import Site


def widest_causes(
    kind: str, struck: list[Site], current: list[Site]
) -> list[tuple[str | None, str | None, list[Site]]]:
    """The widest places that the struck sites fill: surface and vantage (None for all), sites."""
    hit = {site.index for site in struck}
    if all(site.index in hit for site in current):
        return [(_only({s.surface for s in current}), _only({s.vantage for s in current}), struck)]
    found: list[tuple[str | None, str | None, list[Site]]] = []
    by_vantage = kind == OFFLINE
    for first in ("vantage", "surface") if by_vantage else ("surface", "vantage"):
        for value in sorted({str(getattr(site, first)) for site in struck}):
            members = [site for site in current if getattr(site, first) == value]
            if not members or not all(site.index in hit for site in members):
                continue
            if len({site.index for site in members}) == 1 and len(struck) > 1 and first == "surface":
                # A surface asked from one vantage only: leave it to a vantage that explains more.
                vantage = members[0].vantage
                row = [site for site in current if site.vantage == vantage]
                if len(row) > 1 and all(site.index in hit for site in row):
                    continue
            other = _only({site.vantage if first == "surface" else site.surface for site in members})
            place = (value, other) if first == "surface" else (other, value)
            found.append((*place, members))
            hit -= {site.index for site in members}
    found.extend((site.surface, site.vantage, [site]) for site in struck if site.index in hit)
    return found


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
