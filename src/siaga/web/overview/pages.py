"""The overview: one sentence, what is wrong, contestants by platforms, what changed."""

from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer, preferred_language
from siaga.web.http.page_cache import PageCache
from siaga.web.http.parameters import number_of
from siaga.web.summary import by_list, matrix
from siaga.web.summary.day_history import day_histories
from siaga.web.summary.headline import headline_of

LONGEST_NAME: Final = 100
"""Characters of a name that the matrix is searched for."""
FINDINGS_SHOWN: Final = 12
"""Findings that the head of the overview lists; the matrix has them all."""
CHANGES_SHOWN: Final = 12
SHOWN: Final = ("all", "open")


class OverviewPages:
    """The pages of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer, page_cache: PageCache) -> None:
        self._watch = watch
        self._renderer = renderer
        self._page_cache = page_cache

    async def overview(self, request: Request) -> Response:
        """Contestants by platforms, and what is wrong."""
        speech = self._renderer.speech(request)
        show = request.query_params.get("show", "")
        only_list = request.query_params.get("list", "")
        name = request.query_params.get("name", "").strip()
        page = number_of(request.query_params.get("page", "1"))
        if show not in {"", *SHOWN} or len(name) > LONGEST_NAME:
            raise HTTPException(400)
        verdicts = self._page_cache.verdicts(request)
        election = self._watch.election
        rows = matrix.matrix(election, verdicts)
        lists = by_list.groups(election, rows)
        if only_list and only_list not in {group.contestant.id for group in lists}:
            raise HTTPException(400)
        usual = "open" if by_list.is_large(rows) and not name and not only_list else "all"
        show = show or usual
        wanted = [row for row in rows if not only_list or by_list.list_of(row) == only_list]
        findings = matrix.findings(election, verdicts)
        health = self._watch.health()

        def address(**changed: object) -> str:
            values = {"show": show, "list": only_list, "name": name, "page": 1, **changed}
            left_out = {"show": usual, "list": "", "name": "", "page": 1}
            return "?" + urlencode({key: value for key, value in values.items() if value != left_out[key]})

        changes = self._page_cache.changes(request, CHANGES_SHOWN)
        part = matrix.part(wanted, show == "open", name, max(1, page))
        return self._renderer.page(
            request,
            "overview/overview.html",
            part=part,
            histories=await day_histories(self._watch, self._page_cache.viewer(request), part.rows),
            rows=rows,
            lists=[(group, speech.count("{n} name", "{n} names", group.names)) for group in lists],
            how_many_lists=speech.count("{n} list", "{n} lists", len(lists)),
            only_list=only_list,
            tally=matrix.tally(rows),
            show=show,
            name=name,
            address=address,
            headline=headline_of(speech, election, verdicts, health),
            findings=findings[:FINDINGS_SHOWN],
            more_findings=max(0, len(findings) - FINDINGS_SHOWN),
            places=matrix.places(verdicts),
            troubled=matrix.troubled_platforms(verdicts),
            changes=changes,
            names=matrix.names_in(election, [*findings[:FINDINGS_SHOWN], *changes]),
            platform_labels={platform.id: platform.label for platform in election.platforms},
            health=health,
            newest=max((s.last_round for s in health.streams if s.last_round), default=None),
        )


async def choose_language(request: Request) -> Response:
    """To the pages in the language that the browser asks for."""
    return RedirectResponse(
        f"/{preferred_language(request)}/", status_code=302, headers={"Vary": "Accept-Language"}
    )
