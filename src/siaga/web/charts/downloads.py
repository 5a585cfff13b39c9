"""What people take along from a page: a chart as SVG or PNG, its exact numbers as CSV."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import resvg_py
from starlette.responses import Response

from siaga.domain.answers import Answer
from siaga.domain.time import rfc3339
from siaga.notifying.letter import FONT
from siaga.ports.watch import TimelineBucket
from siaga.web.http.csv_table import csv_table
from siaga.web.http.static_files import WEB

PNG_WIDTH: Final = 1920
"""Pixels: twice a chart's drawing units."""
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


def svg_file(svg: str, name: str) -> Response:
    """A chart as a file of its own, its look inside."""
    return _file(styled(svg).encode(), "image/svg+xml", f"{name}.svg")


def png_file(svg: str, name: str) -> Response:
    """The same as a picture that every program opens, on white."""
    return _file(png(styled(svg), PNG_WIDTH), "image/png", f"{name}.png")


def png(svg: str, width: int) -> bytes:
    """A drawing as PNG, so many pixels wide, in the one font that Siaga ships."""
    drawn = re.sub(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", svg)
    drawn = re.sub(r"system-ui[^;\"']*(?:\"[^\"]*\"[^;\"']*)*sans-serif", "DejaVu Sans", drawn)
    return resvg_py.svg_to_bytes(
        svg_string=drawn,
        width=width,
        background="#ffffff",
        skip_system_fonts=True,
        font_files=[str(Path(FONT))],
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
    )


def csv_file(header: Sequence[str], rows: Iterable[Sequence[object]], name: str) -> Response:
    """A table of exact numbers."""
    return _file(csv_table(header, rows), "text/csv; charset=utf-8", f"{name}.csv")


_ANSWERS: Final = tuple(Answer)
TIMELINE_HEADER: Final = (
    "at",
    *(f"target_{answer}" for answer in _ANSWERS),
    "target_unmatched",
    "target_matching",
    *(f"controls_{answer}" for answer in _ANSWERS),
    "controls_unmatched",
    "controls_matching",
)


def timeline_row(bucket: TimelineBucket) -> list[object]:
    """One span's counts, as `TIMELINE_HEADER` names them."""

    def counts(answers: Mapping[Answer, int]) -> list[int]:
        return [answers.get(answer, 0) for answer in _ANSWERS]

    return [
        rfc3339(bucket.at),
        *counts(bucket.target),
        bucket.target_unmatched,
        bucket.target_matching,
        *counts(bucket.controls),
        bucket.controls_unmatched,
        bucket.controls_matching,
    ]


def styled(svg: str) -> str:
    """A drawing that carries its look with it, for where no page is around it."""
    return svg.replace("</desc>", f"</desc><style>{_look()}</style>", 1)


@cache
def _look() -> str:
    return (WEB / "static" / "chart.css").read_text(encoding="utf-8")


def _file(body: bytes, media_type: str, name: str) -> Response:
    return Response(
        body,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{_UNSAFE.sub("-", name)}"',
            "Cache-Control": "no-store",
        },
    )
