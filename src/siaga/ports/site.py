"""What the pages of one watch stand on: every port that they use, in one value."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from siaga.domain.credentials import MissingSecret
from siaga.notifying.outbox import Outbox
from siaga.people.accounts import Accounts
from siaga.people.links import Links
from siaga.people.openid import OpenId
from siaga.ports.alerts import AlertService
from siaga.ports.cases import CaseService
from siaga.ports.checks import CheckService
from siaga.ports.evidence import EvidenceService
from siaga.ports.open_data import OpenDataService
from siaga.ports.planned_work import PlannedWorkService
from siaga.ports.reports import ReportService
from siaga.ports.subscriptions import SubscriptionService
from siaga.ports.watch import WatchView


@dataclass(frozen=True, slots=True)
class SitePorts:
    """The ports of one site. Pages whose port is None are not there."""

    watch: WatchView
    accounts: Accounts | None = None
    """With it, the room's people can sign in."""
    cases: CaseService | None = None
    """With it and accounts, they act on cases."""
    links: Links | None = None
    """With it and cases, liaisons answer without an account."""
    reports: ReportService | None = None
    """With it, anybody can report."""
    checks: CheckService | None = None
    """With it, anybody can have a name measured."""
    alerts: AlertService | None = None
    """With it and accounts, the room's people are woken."""
    planned_work: PlannedWorkService | None = None
    """With it, work on the instruments is announced."""
    subscriptions: SubscriptionService | None = None
    """With it, anybody can get news by mail."""
    open_data: OpenDataService | None = None
    """With it, anybody can take away what was measured."""
    outbox: Outbox | None = None
    """With it, monitoring is told how many messages wait."""
    openid: OpenId | None = None
    """With it and accounts, people sign in through a provider."""
    evidence: EvidenceService | None = None
    """With it, what was kept for a case can be looked at."""
    directory: Path | None = None
    """The watch's directory, where letters and attachments are."""
    unset: Sequence[MissingSecret] = ()
    """Secrets of the room file that are not there: what the room's people are told to mend."""
    touring: bool = False
    """Whether a tour is offered."""
