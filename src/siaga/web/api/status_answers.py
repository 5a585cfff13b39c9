"""What the API answers of the status, in the shape that clients of common status pages read."""

from typing import Literal

from siaga.web.api.answers import AnswerModel, Moment


class IndicatorAnswer(AnswerModel):
    """The worst that is, in a word and a sentence."""

    indicator: Literal["none", "minor", "major", "critical"]
    description: str


class StatusPageAnswer(AnswerModel):
    """Whose status it is."""

    id: str
    name: str
    url: str
    time_zone: str
    updated_at: Moment


class StatusAnswer(AnswerModel):
    """How it is."""

    page: StatusPageAnswer
    status: IndicatorAnswer


class ComponentAnswer(AnswerModel):
    """A platform."""

    id: str
    name: str
    status: Literal[
        "operational", "degraded_performance", "partial_outage", "major_outage", "under_maintenance"
    ]
    position: int
    description: str | None
    group: bool = False
    group_id: str | None = None
    only_show_if_degraded: bool = False
    showcase: bool = True
    page_id: str
    created_at: Moment | None = None
    updated_at: Moment


class IncidentUpdateAnswer(AnswerModel):
    """An update that the control room published."""

    id: str
    incident_id: str
    status: Literal["investigating", "identified", "monitoring"]
    body: str
    created_at: Moment
    updated_at: Moment
    display_at: Moment


class IncidentAnswer(AnswerModel):
    """An open public case."""

    id: str
    name: str
    status: Literal["identified", "monitoring"]
    impact: Literal["minor", "major"]
    created_at: Moment
    updated_at: Moment
    started_at: Moment
    monitoring_at: Moment | None = None
    resolved_at: Moment | None = None
    page_id: str
    shortlink: str
    incident_updates: list[IncidentUpdateAnswer]
    """The newest first."""


class MaintenanceAnswer(AnswerModel):
    """Planned work on the instruments, by which a platform is not measured for a time."""

    id: str
    name: str
    status: Literal["scheduled", "in_progress"]
    impact: Literal["maintenance"] = "maintenance"
    scheduled_for: Moment
    scheduled_until: Moment
    page_id: str
    shortlink: str
    components: list[str]
    """Ids of the platforms concerned."""
    incident_updates: list[IncidentUpdateAnswer]


class SummaryAnswer(StatusAnswer):
    """All of it."""

    components: list[ComponentAnswer]
    incidents: list[IncidentAnswer]
    scheduled_maintenances: list[MaintenanceAnswer]
    """Planned work on the instruments: what goes on first, then what is still to come."""
