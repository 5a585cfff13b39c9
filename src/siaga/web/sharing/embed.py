"""The page from which the present state is embedded elsewhere."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from siaga.domain.label import label_in
from siaga.ports.watch import WatchView
from siaga.web.html.rendering import Renderer
from siaga.web.summary import matrix


class EmbedPage:
    """This page of one watch."""

    def __init__(self, watch: WatchView, renderer: Renderer) -> None:
        self._watch, self._renderer = watch, renderer

    async def embed(self, request: Request) -> Response:
        """What to put into another page."""
        speech = self._renderer.speech(request)
        election = self._watch.election
        people = [(person.id, matrix.main_name(person)) for person in election.people()]
        chosen = request.query_params.get("of", "")
        of = chosen if chosen in {id for id, _ in people} else ""
        query = f"?of={of}" if of else ""
        return self._renderer.page(
            request,
            "sharing/embed.html",
            people=people,
            of=of,
            about=query,
            snippets=_snippets(
                f"{self._renderer.outside(request)}/{speech.language}",
                query,
                label_in(speech.language, election.label),
            ),
        )


def _snippets(here: str, query: str, label: str) -> Mapping[str, str]:
    """What is copied into another page, by what it shows."""
    alt = label.replace('"', "&quot;").replace("<", "&lt;")
    return {
        kind: f'<a href="{here}/"><img src="{here}/{kind}.svg{query}" alt="Siaga: {alt}"></a>'
        for kind in ("badge", "card")
    }
