"""How it is at present, as a picture: to embed in other pages, and what a shared link shows."""

import asyncio
import re
import textwrap
from collections.abc import Sequence
from functools import cache
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.publication import EVERYBODY, visible_verdicts
from siaga.domain.label import label_in
from siaga.domain.verdicts import PROVEN, State, Verdict
from siaga.i18n import verdict_phrases
from siaga.i18n.speech import N_, Speech
from siaga.ports.watch import WatchView
from siaga.web.charts.downloads import png
from siaga.web.charts.svg import escape, shortened
from siaga.web.html.rendering import Renderer
from siaga.web.http.static_files import WEB
from siaga.web.summary import matrix
from siaga.web.summary.headline import Headline, headline_of

WIDTH: Final = 1200
HEIGHT: Final = 630
"""Pixels that social networks ask for."""
LETTERS: Final = 28
"""Of a headline's line."""
LINES: Final = 3
SHOWN: Final = 4
"""States of the tally, gravest first."""
BAD, WARN, GOOD, GREY = "#b3261e", "#8a4b00", "#0b6b4a", "#57606a"
COLOURS: Final = {
    State.SUPPRESSED: BAD,
    State.PLATFORM_DOWN: BAD,
    State.IMPAIRED: WARN,
    State.SURFACE_DOWN: WARN,
    State.VANTAGE_BLOCKED: WARN,
    State.FINDABLE: GOOD,
}
FACE: Final = "system-ui, sans-serif"


class ShareCards:
    """The pictures of one room."""

    def __init__(self, watch: WatchView, renderer: Renderer) -> None:
        self._watch, self._renderer = watch, renderer

    async def badge(self, request: Request) -> Response:
        """One line, as SVG."""
        speech, (of, verdicts) = self._renderer.speech(request), self._about(request)
        name = self._name(of) if of else label_in(speech.language, self._watch.election.label)
        proven = {
            verdict.subject
            for verdict in matrix.findings(self._watch.election, verdicts)
            if verdict.state in PROVEN
        }
        if proven:
            says, colour = speech.say(N_("{n} missing or reduced"), n=len(proven)), BAD
            says = speech.say(N_("missing or reduced")) if of else says
        elif self._headline(speech, of, verdicts).state is State.FINDABLE:
            says, colour = speech.say(N_("can be found") if of else N_("all can be found")), GOOD
        else:
            measured = any(v.state.is_fine for v in matrix.subject_verdicts(verdicts).values())
            says = speech.say(N_("not fully measured") if measured else N_("not measured yet"))
            colour = GREY
        return _answer(_badge(f"{name}: {says}", colour).encode(), "image/svg+xml")

    async def svg(self, request: Request) -> Response:
        """The card as SVG."""
        return _answer(self._card(request).encode(), "image/svg+xml")

    async def png(self, request: Request) -> Response:
        """The card as PNG: social networks take nothing else."""
        return _answer(await asyncio.to_thread(png, self._card(request), WIDTH), "image/png")

    def _about(self, request: Request) -> tuple[str, Sequence[Verdict]]:
        """The subject that is asked for (or empty), and what everybody may be told of it now."""
        of = request.query_params.get("of", "")
        verdicts = visible_verdicts(self._watch.verdicts(), EVERYBODY)
        if not of:
            return "", verdicts
        if of not in {person.id for person in self._watch.election.people()}:
            raise HTTPException(404)
        return of, [verdict for verdict in verdicts if verdict.subject == of]

    def _headline(self, speech: Speech, of: str, verdicts: Sequence[Verdict]) -> Headline:
        return headline_of(speech, self._watch.election, verdicts, self._watch.health(), of or None)

    def _name(self, of: str) -> str:
        return next(matrix.main_name(person) for person in self._watch.election.people() if person.id == of)

    def _card(self, request: Request) -> str:
        speech, (of, verdicts) = self._renderer.speech(request), self._about(request)
        election, health = self._watch.election, self._watch.health()
        headline = self._headline(speech, of, verdicts)
        rows = [row for row in matrix.matrix(election, verdicts) if not of or row.person.id == of]
        newest = max((stream.last_round for stream in health.streams if stream.last_round), default=None)
        colour = COLOURS.get(headline.state, GREY)
        title = label_in(speech.language, election.label)
        title = f"{title}: {self._name(of)}" if of else title
        lines = textwrap.wrap(headline.text, LETTERS, max_lines=LINES, placeholder="…")
        parts = [
            f"<title>{escape(f'Siaga. {title}: {headline.text}')}</title>",
            f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#f7f8f8"/>',
            f'<rect width="24" height="{HEIGHT}" fill="{colour}"/>',
            _text(84, 100, 40, "#51626b", shortened(title, 46)),
            f'<g transform="translate(84 156) scale(3.6)">{_shape(headline.state, colour)}</g>',
            *(
                _text(200, 212 + 68 * number, 54, "#14212a", line, bold=True)
                for number, line in enumerate(lines)
            ),
            *(
                _counted(speech, state, count, number)
                for number, (state, count) in enumerate(matrix.tally(rows)[:SHOWN])
            ),
            _text(WIDTH - 70, 588, 40, "#0b5c6b", "Siaga", bold=True, end=True),
        ]
        if newest is not None:
            at = f"{speech.clock(newest)} {speech.zone_name(newest)}"
            parts.append(_text(84, 588, 30, "#51626b", speech.say("as of {time}", time=at)))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
            f'height="{HEIGHT}" role="img" font-family="{FACE}">{"".join(parts)}</svg>'
        )


def _counted(speech: Speech, state: State, count: int, number: int) -> str:
    x, y = 84 + 540 * (number % 2), 450 + 54 * (number // 2)
    told = f"{speech.number(count)} {speech.say(verdict_phrases.STATES[state].label)}"
    colour = COLOURS.get(state, GREY)
    shape = f'<g transform="translate({x} {y - 30}) scale(1.6)">{_shape(state, colour)}</g>'
    return shape + _text(x + 56, y, 36, "#14212a", told)


def _badge(text: str, colour: str) -> str:
    width = 62 + 7 * len(text)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="24" role="img" '
        f'aria-label="{escape(f"Siaga. {text}")}" font-family="{FACE}" font-size="12" fill="#fff">'
        f'<rect width="{width}" height="24" rx="4" fill="#24292f"/>'
        f'<rect x="52" width="{width - 52}" height="24" rx="4" fill="{colour}"/>'
        f'<text x="10" y="16">Siaga</text><text x="58" y="16" textLength="{width - 66}" '
        f'lengthAdjust="spacingAndGlyphs">{escape(text)}</text></svg>'
    )


@cache
def _shapes() -> str:
    return (WEB / "static" / "states.svg").read_text(encoding="utf-8")


def _shape(state: State, colour: str) -> str:
    """The state's own shape, as on every page."""
    found = re.search(rf'<symbol id="{state.value}"[^>]*>(.*?)</symbol>', _shapes(), re.DOTALL)
    assert found is not None, "every state has a shape"
    return found[1].replace("currentColor", colour)


def _text(x: int, y: int, size: int, colour: str, text: str, *, bold: bool = False, end: bool = False) -> str:
    look = (' font-weight="700"' if bold else "") + (' text-anchor="end"' if end else "")
    return f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}"{look}>{escape(text)}</text>'


def _answer(body: bytes, media_type: str) -> Response:
    """A picture that any page may show."""
    headers = {"Cache-Control": "public, max-age=60", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(body, media_type=media_type, headers=headers)
