"""A verdict about a name as one English sentence for operators; pages have their own words and languages."""

from siaga.domain.verdicts import State, Verdict

HOW = {
    State.SUPPRESSED: "is found less than its controls, proven",
    State.SUSPECTED: "may be found less than its controls",
    State.IMPAIRED: "is found, but not as before",
}


def sentence(verdict: Verdict) -> str:
    """What is said, where, since when, and what is not affected. Empty for states that need no sentence."""
    if verdict.state not in HOW:
        return ""
    detail = verdict.detail
    parts = [f"{verdict.platform}: {detail.get('names') or verdict.subject} {HOW[verdict.state]}"]
    if kind := detail.get("kind"):
        parts[0] += f" ({kind})"
    parts.append(f"on {detail.get('surfaces', 'all surfaces')} from {detail.get('vantages', 'all vantages')}")
    if verdict.onset is not None:
        before, first = verdict.onset
        span = f"{first:%H:%M:%S} UTC on {first:%Y-%m-%d}"
        parts.append(
            f"since between {before:%H:%M:%S} and {span}" if before.year > 1970 else f"since {span} or before"
        )
    for key, what in (
        ("names_found", "texts"),
        ("surfaces_found", "surfaces"),
        ("vantages_found", "vantages"),
    ):
        if key in detail:
            parts.append(f"{what} not affected: {detail[key]}")
    counts = verdict.counts
    parts.append(
        f"asked {counts.asked} times, missing {counts.missing}; "
        f"controls asked {counts.controls_asked} times, missing {counts.controls_missing}"
    )
    return "; ".join(parts) + "."
