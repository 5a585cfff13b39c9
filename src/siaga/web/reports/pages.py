"""The pages on which people tell what they cannot find, see what became of it, and the room reads it."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from siaga.cases.once import AskedOtherwise
from siaga.cases.publication import EVERYBODY, is_public, visible_verdicts
from siaga.cases.reports import Report, Seen, Source, When
from siaga.domain.errors import BadInput, Sentence
from siaga.i18n.speech import N_
from siaga.people.roles import Permission
from siaga.ports.reports import ReportService
from siaga.ports.watch import WatchView
from siaga.reporting.intake_limits import TooMany
from siaga.reporting.pictures import MOST_BYTES
from siaga.web.html.rendering import Renderer
from siaga.web.http.forms import NOTHING, Form, read_form_with_file
from siaga.web.http.problems import fault_text
from siaga.web.http.session import Visitors, check_csrf
from siaga.web.summary import matrix

SHOWN: Final = 200
"""Reports on the room's page."""
SEEN: Final[Mapping[Seen, str]] = {
    Seen.NOTHING: N_("nothing at all"),
    Seen.FEW: N_("only a few results, or old ones"),
    Seen.OTHERS: N_("other people, not the one I looked for"),
    Seen.NOTICE: N_("a message saying that results are not shown"),
    Seen.ERROR: N_("an error message"),
    Seen.WALL: N_("a request to sign in"),
    Seen.USUAL: N_("everything as usual"),
}
WHEN: Final[Mapping[When, str]] = {
    When.NOW: N_("just now"),
    When.TODAY: N_("earlier today"),
    When.EARLIER: N_("before today"),
}
SOURCES: Final[Mapping[Source, str]] = {
    Source.PUBLIC: N_("public page"),
    Source.CAMPAIGN: N_("a campaign"),
    Source.PHONE: N_("phone"),
    Source.DESK: N_("front desk"),
}
BY_THE_ROOM: Final = (Source.PHONE, Source.DESK)
"""Where a report came from that the room enters, in the order of the form."""
_FAULTS: Final = {
    "platform": N_("Choose a platform."),
    "elsewhere": N_("Enter the platform's name, up to 60 characters."),
    "typed": N_("Enter what you typed there, up to 100 characters."),
    "seen": N_("Choose what you saw."),
    "when": N_("Choose when you saw it."),
    "place": N_("Shorten the place to 60 characters."),
    "comment": N_("Shorten the text to 1,000 characters."),
    "picture": N_("This picture cannot be used. Choose a PNG, JPEG or WebP file of up to 5 MB."),
    "form": N_("The form has expired or was sent too quickly. Please send it again."),
}


class ReportPages:
    """The pages of one room's reports."""

    def __init__(
        self, watch: WatchView, reports: ReportService, visitors: Visitors, renderer: Renderer
    ) -> None:
        self._watch, self._reports, self._visitors, self._renderer = watch, reports, visitors, renderer

    async def report(self, request: Request) -> Response:
        """The form. On the cheapest phone, without JavaScript."""
        self._renderer.speech(request)
        typed = {
            name: request.query_params[name][:100]
            for name in ("platform", "typed")
            if name in request.query_params
        }
        return self._form(request, Form(tuple(typed.items())))

    def _form(
        self,
        request: Request,
        typed: Form = NOTHING,
        faults: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> Response:
        channel = request.query_params.get("channel", "")
        contestant = self._reports.contestant_of(channel) if channel else None
        if channel and contestant is None:
            raise HTTPException(
                404,
                Sentence("This address of a campaign is not valid. Check that the whole address was copied."),
            )
        label = next(
            (known.label for known in self._watch.election.contestants if known.id == contestant),
            "",
        )
        return self._renderer.page(
            request,
            "reports/report.html",
            status,
            form=self._reports.form(),
            typed=typed,
            faults=faults or {},
            channel=channel,
            campaign=label,
            SEEN=SEEN,
            WHEN=WHEN,
            SOURCES={source: SOURCES[source] for source in BY_THE_ROOM},
        )

    async def send(self, request: Request) -> Response:
        """Take what the form says; where something is wrong, the form again with all that was typed."""
        speech = self._renderer.speech(request)
        form, upload = await read_form_with_file(request, "picture", MOST_BYTES)
        picture = upload.data if upload is not None else b""
        source = self._source(request, form)
        address = request.client.host if request.client else "unknown"
        try:
            token = await self._reports.take(form, address, source, picture)
        except AskedOtherwise as otherwise:
            return self._form(request, form, {"form": fault_text(otherwise.faults, speech.gettext)}, 422)
        except BadInput as bad:
            faults = {
                fault.field or "form": speech.gettext(_FAULTS[fault.field or "form"]) for fault in bad.faults
            }
            return self._form(request, form, faults, 422)
        except TooMany as too_many:
            wait = speech.span(too_many.wait)
            fault = speech.say("Too many reports from your network. Try again in {wait}.", wait=wait)
            return self._form(request, form, {"form": fault}, 429)
        return RedirectResponse(f"/{speech.language}/report/{token}", status_code=303)

    def _source(self, request: Request, form: Form) -> Source:
        if request.query_params.get("channel"):
            if self._reports.contestant_of(request.query_params["channel"]) is None:
                raise HTTPException(
                    404,
                    Sentence(
                        "This address of a campaign is not valid. Check that the whole address was copied."
                    ),
                )
            return Source.CAMPAIGN
        wanted = form.text("source")
        if wanted in BY_THE_ROOM:
            visitor = self._visitors.require(request, Permission.WORK)
            check_csrf(form, visitor.csrf)
            return Source(wanted)
        return Source.PUBLIC

    async def sent(self, request: Request) -> Response:
        """What became of a report; its reporter alone has this address."""
        self._renderer.speech(request)
        report = self._reports.by_token(request.path_params["token"])
        if report is None:
            raise HTTPException(
                404, Sentence("This report address is not valid. Check that the whole address was copied.")
            )
        case = self._reports.case_of(report)
        verdicts = [
            verdict
            for verdict in visible_verdicts(self._watch.verdicts(), EVERYBODY)
            if report.unit == (verdict.platform, verdict.subject)
            and verdict.surface is None
            and verdict.vantage is None
        ]
        return self._renderer.page(
            request,
            "reports/sent.html",
            report=report,
            case=case if case is not None and is_public(case) else None,
            verdict=verdicts[0] if verdicts else None,
            platform=self._platform(report),
            subject=self._subject(report),
            SEEN=SEEN,
        )

    # For the room

    async def reports(self, request: Request) -> Response:
        """What came, newest first, gathered by name and platform."""
        self._renderer.speech(request)
        visitor = self._visitors.require(request, Permission.VIEW)
        newest = self._reports.newest(SHOWN)
        heaps = Counter(
            report.unit for report in newest if report.unit is not None and report.seen.is_trouble
        )
        return self._renderer.page(
            request,
            "reports/reports.html",
            items=[self._item(report) for report in newest],
            heaps=[(self._names(unit), count) for unit, count in heaps.most_common(12)],
            open_cases=[case for case in self._watch.cases() if case.stage.is_open],
            channels=self._addresses(request) if visitor.member.can(Permission.ADMINISTER) else [],
            SEEN=SEEN,
            WHEN=WHEN,
            SOURCES=SOURCES,
        )

    def _item(self, report: Report) -> Mapping[str, Any]:
        return {
            "report": report,
            "case": self._reports.case_of(report),
            "platform": self._platform(report),
            "subject": self._subject(report),
        }

    def _addresses(self, request: Request) -> list[tuple[str, str, str]]:
        base = f"{request.url.scheme}://{request.headers['host']}/{request.path_params['language']}/report"
        return [
            (contestant.id, contestant.label, f"{base}?channel={self._reports.channel(contestant.id)}")
            for contestant in self._watch.election.contestants
        ]

    async def put(self, request: Request) -> Response:
        """Put a report to a case."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.WORK)
        report = self._reports.find(request.path_params["report"])
        if report is None or form.text("case") not in {case.id for case in self._watch.cases()}:
            raise HTTPException(404, Sentence("This report or this case does not exist."))
        self._reports.put(report.id, form.text("case"), visitor.actor)
        return RedirectResponse(f"/{speech.language}/reports", status_code=303)

    async def renew(self, request: Request) -> Response:
        """Make a campaign's own address anew."""
        speech = self._renderer.speech(request)
        visitor, form = await self._visitors.form(request, Permission.ADMINISTER)
        if form.text("contestant") not in {contestant.id for contestant in self._watch.election.contestants}:
            raise HTTPException(
                404,
                Sentence(
                    "There is no contestant {name} in this election.", name=form.text("contestant")[:50]
                ),
            )
        self._reports.renew(form.text("contestant"), visitor.actor.who)
        return RedirectResponse(f"/{speech.language}/reports", status_code=303)

    async def picture(self, request: Request) -> Response:
        """The picture of a report, for the room alone."""
        self._visitors.require(request, Permission.VIEW)
        report = self._reports.find(request.path_params["report"])
        if report is None or report.picture is None:
            raise HTTPException(404, Sentence("This report has no picture, or it is no longer kept."))
        path = self._reports.picture(report.picture)
        if not await asyncio.to_thread(path.is_file):
            raise HTTPException(404, Sentence("This report has no picture, or it is no longer kept."))
        return FileResponse(path, media_type="image/webp")

    def _platform(self, report: Report) -> str:
        known = {platform.id: platform.label for platform in self._watch.election.platforms}
        return known.get(report.platform or "", report.elsewhere or report.platform or "–")

    def _subject(self, report: Report) -> str:
        names = {person.id: matrix.main_name(person) for person in self._watch.election.people()}
        return names.get(report.subject or "", "")

    def _names(self, unit: tuple[str, str]) -> str:
        names = {person.id: matrix.main_name(person) for person in self._watch.election.people()}
        labels = {platform.id: platform.label for platform in self._watch.election.platforms}
        return f"{names.get(unit[1], unit[1])} – {labels.get(unit[0], unit[0])}"
