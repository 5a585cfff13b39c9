"""Which address of the API leads to what: as `openapi.OPERATIONS` says, so that none is undescribed."""

from typing import Final

from starlette.routing import BaseRoute, Route

from siaga.ports.site import SitePorts
from siaga.web.api.cases import CaseApi
from siaga.web.api.clients import Programs, guarded
from siaga.web.api.election import ElectionApi
from siaga.web.api.event_streams import EventStreams
from siaga.web.api.live import LiveApi
from siaga.web.api.metrics import MetricsPage
from siaga.web.api.openapi import OPERATIONS
from siaga.web.api.reports import ReportApi
from siaga.web.api.status import StatusApi
from siaga.web.form_commands import FormCommands
from siaga.web.http.page_cache import PageCache

TAIL: Final = "/api/v1/tail"
"""The live store as Arrow, for other processes of the same machine; not in the description."""


def api_routes(ports: SitePorts, cache: PageCache, most_streams: int) -> list[BaseRoute]:
    """The routes of the API and of the event stream."""
    watch, programs = ports.watch, Programs(ports.accounts)
    commands = None if ports.cases is None else FormCommands(watch, ports.cases, ports.accounts)
    election, status = ElectionApi(watch), StatusApi(watch, ports.cases, ports.planned_work)
    cases = CaseApi(watch, ports.cases, programs, commands, ports.reports, ports.evidence)
    reports, live = ReportApi(programs, ports.reports), LiveApi(watch, cache, programs)
    handlers = {
        "openapi": election.openapi,
        "election": election.election,
        "verdicts": live.verdicts_json,
        "measurements": live.measurements_json,
        "cases": cases.cases,
        "case": cases.case,
        "events": cases.events,
        "act": cases.act,
        "draft": cases.draft,
        "reports": reports.reports,
        "report": reports.report,
        "summary": status.summary,
        "status": status.status,
    }
    described = [
        Route(operation.path, guarded(handlers[operation.name]), methods=[operation.method])
        for operation in OPERATIONS
    ]
    streams = EventStreams(watch, cache, most_streams)
    metrics = guarded(MetricsPage(ports, programs).metrics)
    return [Route("/events", streams.events), Route(TAIL, live.tail), Route("/metrics", metrics), *described]
