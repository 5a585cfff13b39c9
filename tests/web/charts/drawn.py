"""Spans for charts, and what stands in a drawing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from siaga.domain.answers import Answer
from siaga.ports.watch import TimelineBucket
from siaga.web.charts.axis import TimeAxis

NOON = datetime(2024, 1, 25, 5, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
WIDTH = 960


def span(number: int, found: int = 3, asked: int = 4, matching: int = 0) -> TimelineBucket:
    """One hour: so many of the target's askings found it; all ten of the controls' did."""
    answers = {Answer.RESULTS: found, Answer.EMPTY: asked - found} if asked else {}
    controls = {Answer.RESULTS: 10} if asked else {}
    return TimelineBucket(NOON + number * HOUR, answers, 0, controls, 0, matching, 10 * matching)


def spans(count: int) -> list[TimelineBucket]:
    return [span(number) for number in range(count)]


def unmeasured(number: int) -> TimelineBucket:
    """An hour in which every asking met a limit of ours."""
    return TimelineBucket(NOON + number * HOUR, {Answer.LIMITED: 4}, 0, {Answer.LIMITED: 10}, 0)


def axis_over(buckets: Sequence[TimelineBucket]) -> TimeAxis:
    return TimeAxis(buckets, WIDTH)


def parsed(parts: Sequence[str]) -> ElementTree.Element:
    """The parts in one element; a part that is no XML is an error."""
    return ElementTree.fromstring(f"<g>{''.join(parts)}</g>")


def of_class(drawing: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [element for element in drawing.iter() if name in element.get("class", "").split()]


def texts(drawing: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter() if element.tag.endswith("text")]


def shapes(path: ElementTree.Element) -> int:
    """How many closed or begun shapes a path has."""
    return path.get("d", "").count("M")


def clock(at: datetime) -> str:
    return f"{at:%H:%M}"
