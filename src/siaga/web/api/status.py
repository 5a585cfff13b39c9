"""The status, in the shape that clients of common status pages read."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.case import Case, PublicUpdate, Stage
from siaga.cases.durations import durations
from siaga.cases.events.update_drafted import UPDATE_TEXTS
from siaga.cases.labels import about
from siaga.cases.planned_work import REASONS, PlannedWork
from siaga.cases.publication import EVERYBODY, is_public, visible_verdicts
from siaga.cases.severity import Severity
from siaga.domain.label import label_in
from siaga.domain.verdicts import PROVEN, State
from siaga.i18n.speech import Speech
from siaga.i18n.verdict_phrases import vantage_words
from siaga.ports.cases import CaseService
from siaga.ports.planned_work import PlannedWorkService
from siaga.ports.watch import WatchView
from siaga.web.api.clients import answer
from siaga.web.api.status_answers import (
    ComponentAnswer,
    IncidentAnswer,
    IncidentUpdateAnswer,
    IndicatorAnswer,
    MaintenanceAnswer,
    StatusAnswer,
    StatusPageAnswer,
    SummaryAnswer,
)

UNMEASURED: Final = "under_maintenance"
"""What status pages have nearest to a platform of which nothing is known now."""

_STATUS_OF_UPDATE: Final[Mapping[str, Literal["investigating", "monitoring"]]] = MappingProxyType(
    {"checking": "investigating", "verifying": "monitoring"}
)
"""Of those updates that do not say that the problem is identified."""


class StatusApi:
    """What status pages' clients may ask."""

    def __init__(
        self, watch: WatchView, cases: CaseService | None, planned_work: PlannedWorkService | None
    ) -> None:
        self._watch, self._cases, self._planned_work = watch, cases, planned_work

    async def summary(self, request: Request) -> Response:
        """All of it: page, status, components, incidents."""
        components = self._components()
        return answer(
            request,
            SummaryAnswer(
                page=self._page(),
                status=_indicator(components),
                components=components,
                incidents=self._incidents(),
                scheduled_maintenances=self._maintenances(),
            ),
        )

    async def status(self, request: Request) -> Response:
        """The worst that is, in a word and a sentence."""
        return answer(request, StatusAnswer(page=self._page(), status=_indicator(self._components())))

    def _page(self) -> StatusPageAnswer:
        election = self._watch.election
        return StatusPageAnswer(
            id=election.id,
            name=f"Siaga: {election.label}",
            url=self._address,
            time_zone=election.timezone,
            updated_at=self._watch.now(),
        )

    def _components(self) -> list[ComponentAnswer]:
        verdicts = visible_verdicts(self._watch.verdicts(), EVERYBODY)
        components = []
        for position, platform in enumerate(self._watch.election.platforms, start=1):
            states = {
                verdict.state
                for verdict in verdicts
                if verdict.platform == platform.id and not verdict.is_of_one_stream
            }
            status: str = "operational" if states and all(state.is_fine for state in states) else UNMEASURED
            if State.SURFACE_DOWN in states:
                status = "degraded_performance"
            if states & PROVEN:
                status = "partial_outage"
            if State.PLATFORM_DOWN in states:
                status = "major_outage"
            component = {
                "id": platform.id,
                "name": platform.label,
                "status": status,
                "position": position,
                "description": "Cannot be measured at present" if status == UNMEASURED else None,
                "page_id": self._watch.election.id,
                "updated_at": self._watch.now(),
            }
            components.append(ComponentAnswer.model_validate(component))
        return components

    def _incidents(self) -> list[IncidentAnswer]:
        if self._cases is not None:
            self._cases.catch_up()
        open_cases = [case for case in self._watch.cases() if case.stage.is_open and is_public(case)]
        return [self._incident(case) for case in reversed(open_cases)]

    def _incident(self, case: Case) -> IncidentAnswer:
        election = self._watch.election
        speech = Speech("en", election.timezone)
        labels = {platform.id: platform.label for platform in election.platforms}
        is_grave = case.severity in {Severity.CRITICAL, Severity.HIGH}
        return IncidentAnswer(
            id=case.id,
            name=f"{about(case, election, speech)} on {labels.get(case.platform, case.platform)}",
            status="monitoring" if case.stage is Stage.CLAIMED else "identified",
            impact="major" if is_grave else "minor",
            created_at=case.opened_at,
            updated_at=max(case.reached.values(), default=case.opened_at),
            started_at=durations(case).began or case.opened_at,
            page_id=election.id,
            shortlink=f"{self._address}/en/cases/{case.id}",
            incident_updates=[_update(case.id, update, speech) for update in reversed(case.updates)],
        )

    def _maintenances(self) -> list[MaintenanceAnswer]:
        works = () if self._planned_work is None else self._planned_work.announced(self._watch.now())
        return [self._maintenance(work) for work in works]

    def _maintenance(self, work: PlannedWork) -> MaintenanceAnswer:
        election, now = self._watch.election, self._watch.now()
        platforms = [known for known in election.platforms if work.platform in {None, known.id}]
        where = [known.label for known in platforms] if work.platform else []
        where += [label_in("en", vantage_words(election, work.vantage))] if work.vantage else []
        return MaintenanceAnswer(
            id=work.id,
            name=f"{', '.join(where)}: {Speech('en', election.timezone).gettext(REASONS[work.reason])}",
            status="in_progress" if work.is_under_way(now) else "scheduled",
            scheduled_for=work.begins,
            scheduled_until=work.ends,
            page_id=election.id,
            shortlink=f"{self._address}/en/planned-work",
            components=[known.id for known in platforms],
            incident_updates=[],
        )

    @property
    def _address(self) -> str:
        return "" if self._cases is None else self._cases.room.address


def _indicator(components: Sequence[ComponentAnswer]) -> IndicatorAnswer:
    """The worst state of a platform, in a word and a sentence."""
    states = {component.status for component in components}
    if "major_outage" in states:
        return IndicatorAnswer(indicator="critical", description="A platform is down")
    if "partial_outage" in states:
        return IndicatorAnswer(indicator="major", description="A contestant cannot be found as usual")
    if "degraded_performance" in states:
        return IndicatorAnswer(indicator="minor", description="A part of a platform fails for every name")
    if UNMEASURED in states:
        what = "Not every platform can be measured at present"
        return IndicatorAnswer(indicator="minor", description=what)
    return IndicatorAnswer(indicator="none", description="Every contestant is found as usual")


def _update(case: str, update: PublicUpdate, speech: Speech) -> IncidentUpdateAnswer:
    at = update.published_at or update.at
    return IncidentUpdateAnswer(
        id=f"{case}-{update.seq}",
        incident_id=case,
        status=_STATUS_OF_UPDATE.get(update.template, "identified"),
        body=speech.gettext(UPDATE_TEXTS[update.template]),
        created_at=at,
        updated_at=at,
        display_at=at,
    )
