"""Verdicts as JSON values and back, for the journal and the saved state."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.domain.verdicts import Counts, State, Verdict


def verdict_to_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as JSON values."""
    counts = verdict.counts
    return {
        "at": rfc3339(verdict.at),
        "platform": verdict.platform,
        "surface": verdict.surface,
        "vantage": verdict.vantage,
        "subject": verdict.subject,
        "state": verdict.state.value,
        "since": rfc3339(verdict.since),
        "evidence": verdict.evidence,
        "rule": verdict.rule,
        "counts": [counts.asked, counts.missing, counts.controls_asked, counts.controls_missing],
        "onset": [rfc3339(at) for at in verdict.onset] if verdict.onset else None,
        "detail": dict(verdict.detail),
    }


def verdict_from_json(values: Mapping[str, Any]) -> Verdict:
    """What `verdict_to_json` made it from."""
    return Verdict(
        at=parse_rfc3339(values["at"]),
        platform=values["platform"],
        surface=values["surface"],
        vantage=values["vantage"],
        subject=values["subject"],
        state=State(values["state"]),
        since=parse_rfc3339(values["since"]),
        evidence=values["evidence"],
        rule=values["rule"],
        counts=Counts(*values["counts"]),
        onset=_pair(values["onset"]),
        detail=values["detail"],
    )


def _pair(texts: list[str] | None) -> tuple[datetime, datetime] | None:
    return (parse_rfc3339(texts[0]), parse_rfc3339(texts[1])) if texts else None
