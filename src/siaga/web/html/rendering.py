"""Pages from templates: each in one language, with what every page carries."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from siaga.cases.case import STAGES
from siaga.cases.case_evidence import known_evidence
from siaga.cases.events.update_drafted import UPDATE_TEXTS
from siaga.cases.labels import platform_label
from siaga.cases.phrases import SEVERITIES
from siaga.cases.planned_work import REASONS, PlannedWork, covering
from siaga.detection import verdict_details
from siaga.domain.finding_evidence import FindingEvidence, evidence_of
from siaga.domain.label import Label, label_in
from siaga.domain.records import Stream
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import UNKNOWN, State, Verdict
from siaga.i18n import credential_phrases, evidence_phrases, verdict_phrases
from siaga.i18n.glossary import GLOSSARY
from siaga.i18n.speech import DEFAULT_LANGUAGE, Speech, languages
from siaga.ports.planned_work import PlannedWorkService
from siaga.ports.watch import WatchView
from siaga.web.html.menu import Menu, SitePage, menu_of, palette_of
from siaga.web.html.tour import TOUR_PARAMETER, TourStop, tour_stop
from siaga.web.http.session import Visitor, Visitors
from siaga.web.summary import matrix
from siaga.web.summary.day_history import history_line

WEB: Final = Path(__file__).parents[1]
STILL: Final = "siaga.still"
"""In the scope of a request whose page is kept as a file: seconds until it is made anew."""
WORDS: Final[Mapping[str, Any]] = {
    "STATES": verdict_phrases.STATES,
    "ANSWERS": verdict_phrases.ANSWERS,
    "State": State,
    "UNKNOWN": UNKNOWN,
    "gravity": matrix.GRAVITY,
    "main_name": matrix.main_name,
    "wide": matrix.WIDE,
    "history_line": history_line,
    "surface_words": verdict_phrases.surface_words,
    "evidence_of": evidence_of,
    "counts_sentence": evidence_phrases.counts_sentence,
    "strength_lines": evidence_phrases.strength_lines,
    "meaning_sentence": evidence_phrases.meaning_sentence,
    "began_sentence": evidence_phrases.began_sentence,
    "has_odds": verdict_phrases.has_odds,
    "kind_words": verdict_details.kind_words,
    "place_words": verdict_phrases.place_words,
    "vantage_label": verdict_phrases.vantage_label,
    "vantage_words": verdict_phrases.vantage_words,
    "facts": verdict_details.facts,
    "controls_sentence": verdict_phrases.controls_sentence,
    "missing_sentence": credential_phrases.missing_sentence,
    "remedy_sentence": credential_phrases.remedy_sentence,
    "GLOSSARY": GLOSSARY,
    "STAGES": STAGES,
    "SEVERITIES": SEVERITIES,
    "WORK_REASONS": REASONS,
    "UPDATE_TEXTS": UPDATE_TEXTS,
}
"""What templates may call."""


class Renderer:
    """Renders the pages of one room."""

    def __init__(
        self,
        watch: WatchView,
        visitors: Visitors | None = None,
        address: str = "",
        tour: Sequence[TourStop] = (),
        works: PlannedWorkService | None = None,
    ) -> None:
        """`address` is where the pages are reached from outside; without it, as each request came. Through
        the stops of a `tour` a visitor is led from page to page."""
        self._watch, self._address, self._tour, self._works = watch, address, tour, works
        self.zone = watch.election.timezone
        self.visitors = visitors or Visitors(None)
        self._pages: Sequence[SitePage] = ()
        self._templates = Environment(
            loader=FileSystemLoader([WEB / "html" / "templates", WEB]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_in_the_page_s_language,
        )
        self._templates.globals.update(
            WORDS,
            _=_say,
            _n=_count,
            when=_when,
            clock=_clock,
            cell_label=_cell_label,
            work_sentence=_work_sentence,
            is_worked_on=_is_worked_on,
            menu_label=_menu_label,
            languages=languages(),
        )

    def offer(self, pages: Sequence[SitePage]) -> None:
        """From now on, menus and the palette offer these pages."""
        self._pages = pages

    def palette(self) -> Sequence[SitePage]:
        """What the command palette offers."""
        return palette_of(self._pages)

    def speech(self, request: Request) -> Speech:
        """How the page's language says things.

        Raises:
            HTTPException: 404, the address names no language that pages exist in.
        """
        language = request.path_params["language"]
        if language not in languages():
            raise HTTPException(404)
        return Speech(language, self._watch.election.timezone)

    def _stop(self, request: Request) -> int | None:
        """At which stop of the tour a visitor is; None outside of it."""
        return tour_stop(request.query_params.get(TOUR_PARAMETER, "")) if self._tour else None

    def known(self, verdict: Verdict) -> FindingEvidence:
        """What is known now of what a present verdict is about: what pages say of it is made from this."""
        return known_evidence(verdict, self._watch.cases())

    def outside(self, request: Request) -> str:
        """Where the pages are reached from outside, without a slash at the end."""
        return self._address or f"{request.url.scheme}://{request.headers.get('host', '')}"

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """The page in the address's language; where that names none, in the browser's."""
        # An address that leads nowhere still begins with a language.
        language = request.path_params.get("language") or request.url.path.split("/")[1]
        if language not in languages():
            language = preferred_language(request)
        speech = Speech(language, self._watch.election.timezone)
        visitor = self.visitors.of(request)
        values.setdefault("known", self.known)
        html = self._templates.get_template(template).render(
            speech=speech,
            election=self._watch.election,
            now=self._watch.now(),
            path=request.url.path.split("/", 2)[2] if request.url.path.count("/") >= 2 else "",
            query=request.url.query,
            visitor=visitor,
            menu=lambda menu: menu_of(self._pages, Menu(menu), visitor),
            offered=lambda address: any(page.address == address for page in self._pages),
            outside=self.outside(request),
            tour=self._tour,
            stop=self._stop(request),
            still=request.scope.get(STILL, 0),
            label_of=cache(self.visitors.label),
            labels_of=lambda people: [self.visitors.label(person) for person in people],
            planned=() if self._works is None else self._works.under_way(self._watch.now()),
            **values,
        )
        return HTMLResponse(
            html,
            status_code=status,
            headers={"Cache-Control": "no-store", "Content-Language": speech.language},
        )


@pass_context
def _in_the_page_s_language(context: Context, value: object) -> object:
    """What an expression of a template prints: a label reads in the language of its page."""
    return label_in(context["speech"].language, value) if isinstance(value, Label) else value


@pass_context
def _say(context: Context, message: str, /, **values: object) -> str:
    speech: Speech = context["speech"]
    if any(isinstance(value, Markup) for value in values.values()):
        return escape(speech.gettext(message)).format_map(values)
    return speech.say(message, **values)


@pass_context
def _menu_label(context: Context, page: SitePage) -> str:
    """What a link of a menu says."""
    speech: Speech = context["speech"]
    visitor: Visitor | None = context["visitor"]
    if not page.menu_label:
        return speech.gettext(page.label)
    return speech.say(page.menu_label, visitor="" if visitor is None else visitor.member.label)


@pass_context
def _cell_label(context: Context, cell: matrix.MatrixCell) -> str:
    """What a cell says: that work is planned, where nothing is known because of that alone."""
    speech: Speech = context["speech"]
    vantages = [vantage.id for vantage in context["election"].vantages_of(cell.platform)]
    if cell.state in UNKNOWN and covering(context["planned"], cell.platform.id, vantages) is not None:
        return speech.say("Planned work")
    return speech.say(verdict_phrases.STATES[cell.state].label)


@pass_context
def _is_worked_on(context: Context, stream: Stream) -> bool:
    """Whether planned work covers a stream now."""
    return any(work.covers(stream.platform, stream.vantage) for work in context["planned"])


@pass_context
def _work_sentence(context: Context, work: PlannedWork) -> str:
    """What is worked on, why, and from when until when."""
    speech: Speech = context["speech"]
    election = context["election"]
    platform = None if work.platform is None else platform_label(work.platform, election)
    vantage = None if work.vantage is None else verdict_phrases.vantage_words(election, work.vantage)
    what = platform or vantage or ""
    if platform is not None and vantage is not None:
        what = speech.say("{platform} from {vantage}", platform=platform, vantage=vantage)
    begins, ends = (
        f"{speech.moment(at, context['now'])} {speech.zone_name(at)}" for at in (work.begins, work.ends)
    )
    return speech.say(
        "{what}: {reason}, from {begins} to {ends}.",
        what=what,
        reason=speech.gettext(REASONS[work.reason]),
        begins=begins,
        ends=ends,
    )


@pass_context
def _count(context: Context, singular: str, plural: str, n: int) -> str:
    speech: Speech = context["speech"]
    return speech.count(singular, plural, n)


@pass_context
def _when(context: Context, at: datetime) -> Markup:
    """A moment as people say it today, and for programs: a script sets the viewer's own time beside it."""
    return _time(at, context["speech"].moment(at, context["now"]))


@pass_context
def _clock(context: Context, at: datetime) -> Markup:
    """A moment to the second."""
    return _time(at, context["speech"].clock(at))


def _time(at: datetime, text: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(rfc3339(at)[:-8] + "Z", text)


def preferred_language(request: Request) -> str:
    """The first language that the browser accepts and that pages exist in; Indonesian if none."""
    for part in request.headers.get("accept-language", "").split(","):
        language = part.split(";")[0].strip().split("-")[0].lower()
        if language in languages():
            return language
    return DEFAULT_LANGUAGE
