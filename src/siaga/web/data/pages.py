"""The page of the open data, the dictionary of its columns, and the files themselves."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from siaga.cases.publication import is_public
from siaga.ports.open_data import DataForm, NoSuchData, OpenDataService
from siaga.ports.watch import WatchView
from siaga.web.data.columns import data_columns
from siaga.web.data.readme import readme
from siaga.web.html.rendering import Renderer

DAYS_SHOWN: Final = 31
PARQUET: Final = "application/vnd.apache.parquet"
MEDIA_TYPES: Final = {DataForm.PARQUET: PARQUET, DataForm.JSON_LINES: "application/gzip"}
"""Both are compressed already, and nothing compresses them again."""


class DataPages:
    """These pages of one watch."""

    def __init__(self, watch: WatchView, data: OpenDataService, renderer: Renderer) -> None:
        self._watch, self._data, self._renderer = watch, data, renderer

    async def data(self, request: Request) -> Response:
        """What can be taken away, and how it is judged again."""
        self._renderer.speech(request)
        days = await self._data.days()
        before = _day(request.query_params.get("before", ""))
        shown = [day for day in days if before is None or day < before][:DAYS_SHOWN]
        return self._renderer.page(
            request,
            "data/data.html",
            days=shown,
            older=shown[-1] if shown and shown[-1] != days[-1] else None,
            cases=[case for case in reversed(self._watch.cases()) if is_public(case)],
            labels={platform.id: platform.label for platform in self._watch.election.platforms},
            next_day=self._watch.now().date() + timedelta(days=1),
        )

    async def columns(self, request: Request) -> Response:
        """Every column: its meaning, type and unit."""
        self._renderer.speech(request)
        return self._renderer.page(request, "data/columns.html", columns=data_columns())

    async def readme(self, request: Request) -> Response:
        """How a file is judged again, beside the files."""
        return PlainTextResponse(readme(self._watch.election))

    async def of_case(self, request: Request) -> Response:
        """A case's file."""
        id, form = _parted(request.path_params["file"])
        try:
            return _file(await self._data.of_case(id, form), form, f"{self._watch.election.id}-{id}")
        except NoSuchData:
            raise HTTPException(404) from None

    async def of_day(self, request: Request) -> Response:
        """A day's file."""
        platform, form = _parted(request.path_params["file"])
        day = _day(request.path_params["day"])
        if day is None:
            raise HTTPException(404)
        try:
            path = await self._data.of_day(day, platform, form)
        except NoSuchData:
            raise HTTPException(404) from None
        return _file(path, form, f"{self._watch.election.id}-{day}-{platform}")


def _file(path: Path, form: DataForm, name: str) -> Response:
    return FileResponse(
        path,
        headers={"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"},
        media_type=MEDIA_TYPES[form],
        filename=f"{name}.{form}",
    )


def _parted(file: str) -> tuple[str, DataForm]:
    """A file's name without its ending, and the form that the ending says.

    Raises:
        HTTPException: 404, it ends otherwise.
    """
    for form in DataForm:
        if file.endswith(f".{form}"):
            return file.removesuffix(f".{form}"), form
    raise HTTPException(404)


def _day(text: str) -> date | None:
    """A day written as 2024-01-25, and in no other way."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
