"""A report of the public is put to a case."""

from dataclasses import replace

from siaga.cases.case import Case
from siaga.cases.event import CaseEvent, case_event
from siaga.cases.rights import Right
from siaga.i18n.speech import N_
from siaga.journal.events import JournalEvent


@case_event(
    "report-answered",
    rights=frozenset({Right.SYSTEM, Right.WORK}),
    phrase=N_("Report added to the case."),
)
class ReportAnswered(CaseEvent):
    """A report was put to a case."""

    report: str
    case: str | None
    state: str

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case has the report, once."""
        return case if self.report in case.reports else replace(case, reports=(*case.reports, self.report))
