"""Reports of the public, for programs of the room."""

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.reports import Report, Source
from siaga.people.roles import Permission
from siaga.ports.reports import ReportService
from siaga.web.api.answers import ReportAnswer, ReportsAnswer
from siaga.web.api.clients import Programs, answer, asked_once, read_sent
from siaga.web.api.paging import part_of
from siaga.web.api.requests import NewReportRequest
from siaga.web.http.problems import Problem

MOST_REPORTS = 1_000
"""The newest reports that the list reaches back to."""


class ReportApi:
    """What programs may ask and do about reports."""

    def __init__(self, programs: Programs, reports: ReportService | None) -> None:
        self._programs, self._service = programs, reports

    async def reports(self, request: Request) -> Response:
        """Reports, the newest first, for the room."""
        self._programs.require(request, Permission.VIEW)
        newest = self._reports().newest(MOST_REPORTS)
        part, following = part_of(request, newest, lambda report: report.id)
        items = [_report_answer(report) for report in part]
        return answer(request, ReportsAnswer(items=items, next=following))

    async def report(self, request: Request) -> Response:
        """Enter a report that came by telephone or at the desk."""
        program = self._programs.require(request, Permission.WORK)
        sent = await read_sent(request, NewReportRequest)
        fields = sent.model_dump(mode="json", exclude={"source"})
        token = await self._reports().enter(fields, Source(sent.source), asked_once(request, program, sent))
        report = self._reports().by_token(token)
        assert report is not None
        return answer(request, _report_answer(report))

    def _reports(self) -> ReportService:
        if self._service is None:
            raise Problem(404)
        return self._service


def _report_answer(report: Report) -> ReportAnswer:
    return ReportAnswer(
        id=report.id,
        at=report.at,
        platform=report.platform,
        elsewhere=report.elsewhere,
        typed=report.typed,
        subject=report.subject,
        seen=report.seen,
        when=report.when,
        place=report.place,
        source=report.source,
        comment=report.comment,
        has_picture=report.picture is not None,
    )
