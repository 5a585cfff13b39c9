"""How the watch is, for operators' monitoring: OpenMetrics at `/metrics`.

For a program of the control room (an API key), and for this machine itself. What comes through a web server
in front is not this machine's. Mere suspicions are counted for keys alone, as on every other page.

Source: the OpenMetrics specification 1.0.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from resource import getpagesize
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from siaga.cases.publication import EVERYBODY, ROOM, Viewer, is_visible, totals_until, visible_verdicts
from siaga.domain.verdicts import State
from siaga.people.roles import Permission
from siaga.ports.site import SitePorts
from siaga.web.api.clients import Programs
from siaga.web.http.problems import Problem
from siaga.web.http.server import CONNECTIONS

MEDIA_TYPE: Final = "application/openmetrics-text; version=1.0.0; charset=utf-8"
_FORWARDED: Final = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
"""Headers by which a web server in front says that somebody else asks."""
_MEMORY: Final = Path("/proc/self/statm")

Sample = tuple[Mapping[str, str], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its samples."""

    name: str
    """Without the ending that its kind asks for."""
    kind: str
    """`gauge` or `counter`."""
    help: str
    samples: Iterable[Sample] = field(default=())

    def lines(self) -> Iterator[str]:
        """As OpenMetrics text."""
        yield f"# HELP {self.name} {self.help}"
        yield f"# TYPE {self.name} {self.kind}"
        ending = "_total" if self.kind == "counter" else ""
        for labels, value in self.samples:
            said = ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items())
            yield f"{self.name}{ending}{f'{{{said}}}' if said else ''} {value:.15g}"


class MetricsPage:
    """The metrics of one site."""

    def __init__(self, ports: SitePorts, programs: Programs) -> None:
        self._ports, self._programs = ports, programs

    async def metrics(self, request: Request) -> Response:
        """All metrics of this moment."""
        program = self._programs.of(request)
        if program is not None and (
            program.contact is not None or Permission.VIEW not in program.permissions
        ):
            raise Problem(403)
        if program is None and not is_of_this_machine(request):
            raise Problem(401, headers={"WWW-Authenticate": "Bearer"})
        watch = self._ports.watch
        viewer = EVERYBODY if program is None else ROOM
        asked = await watch.asked(totals_until(watch.verdicts(), viewer, watch.now()))
        found = [*self._watch(), *self._findings(viewer), *_process(request)]
        found.append(
            Metric(
                "siaga_measurements",
                "counter",
                "Measurements by platform and answer; without a key, of whole hours.",
                [
                    ({"platform": platform, "answer": answer.value}, count)
                    for platform, counts in asked.items()
                    for answer, count in counts.items()
                ],
            )
        )
        lines = [line for metric in found for line in metric.lines()]
        return Response(
            "\n".join([*lines, "# EOF", ""]), headers={"Cache-Control": "no-store"}, media_type=MEDIA_TYPE
        )

    def _watch(self) -> Iterator[Metric]:
        watch, health = self._ports.watch, self._ports.watch.health()
        now = watch.now()
        streams = [
            ({"platform": s.stream.platform, "surface": s.stream.surface, "vantage": s.stream.vantage,
              "session": s.stream.session.value}, s)
            for s in health.streams
        ]  # fmt: skip
        yield Metric("siaga_rounds", "counter", "Rounds finished.", [({}, health.rounds)])
        yield Metric("siaga_late_rounds", "counter", "Rounds that came after later ones.",
                     [({}, health.late_rounds)])  # fmt: skip
        yield Metric(
            "siaga_stream_age_seconds",
            "gauge",
            "Seconds since the last round of a stream was finished; none before the first.",
            [
                (labels, (now - s.last_round).total_seconds())
                for labels, s in streams
                if s.last_round is not None
            ],
        )
        yield Metric("siaga_stream_interval_seconds", "gauge", "Seconds between rounds as planned.",
                     [(labels, s.every.total_seconds()) for labels, s in streams])  # fmt: skip
        yield Metric("siaga_stream_late", "gauge", "1 where the last round is older than three intervals.",
                     [(labels, float(s.late(now))) for labels, s in streams])  # fmt: skip
        places = [({"platform": b.platform, "vantage": b.vantage}, b) for b in health.budgets]
        yield Metric("siaga_budget_left_ratio", "gauge", "What is left of the scarcest budget, 0 to 1.",
                     [(labels, b.share_left) for labels, b in places])  # fmt: skip
        yield Metric("siaga_budget_paused", "gauge", "1 where a platform told us to wait.",
                     [(labels, float(b.waits_until is not None and b.waits_until > now))
                      for labels, b in places])  # fmt: skip
        vantages = [vantage.id for vantage in watch.election.vantages]
        yield Metric("siaga_vantage_offline", "gauge", "1 where a vantage lost its own connection.",
                     [({"vantage": id}, float(id in health.offline)) for id in vantages])  # fmt: skip
        yield Metric("siaga_credential_missing", "gauge", "1 where a platform's credential is not there.",
                     [({"platform": lacked.platform}, 1) for lacked in health.missing])  # fmt: skip
        yield Metric("siaga_part_failing", "gauge", "1 for each part of the watch that fails now.",
                     [({"part": trouble.part.value}, 1) for trouble in health.troubles])  # fmt: skip
        if self._ports.outbox is not None:
            yield Metric("siaga_outbox_messages", "gauge", "Messages that wait to be sent.",
                         [({}, len(self._ports.outbox.waiting()))])  # fmt: skip

    def _findings(self, viewer: Viewer) -> Iterator[Metric]:
        verdicts = visible_verdicts(self._ports.watch.verdicts(), viewer)
        counts = Counter(v.state for v in verdicts if v.state.is_finding and not v.is_of_one_stream)
        shown = [state for state in State if state.is_finding]
        if not viewer.is_room:
            shown.remove(State.SUSPECTED)
        yield Metric("siaga_findings", "gauge", "Open findings by state.",
                     [({"state": state.value}, counts[state]) for state in shown])  # fmt: skip
        cases = [case for case in self._ports.watch.cases() if is_visible(case, viewer)]
        yield Metric("siaga_open_cases", "gauge", "Cases that are open.",
                     [({}, sum(case.stage.is_open for case in cases))])  # fmt: skip


def is_of_this_machine(request: Request) -> bool:
    """Whether the machine itself asks, and nobody through a web server on it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.client.host).is_loopback
    except ValueError:
        return False


def _process(request: Request) -> Iterator[Metric]:
    if (connections := request.scope.get(CONNECTIONS)) is not None:
        yield Metric("siaga_connections", "gauge", "Open connections of visitors.", [({}, connections)])
    if _MEMORY.exists():
        resident = int(_MEMORY.read_text(encoding="ascii").split()[1]) * getpagesize()
        yield Metric("process_resident_memory_bytes", "gauge", "Resident memory.", [({}, resident)])


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
