"""Shows and changes the cases of a watch: what `siaga case` does once its files are found."""

import getpass
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

import orjson
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siaga.cases.case import Case, NoticeType
from siaga.cases.case_evidence import case_evidence
from siaga.cases.commands import Command
from siaga.cases.durations import durations
from siaga.cases.event import CaseEvent
from siaga.cases.guards import Actor
from siaga.cases.labels import about
from siaga.cases.notices.compose import compose
from siaga.cases.publication import EVERYBODY
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock, rfc3339
from siaga.election.model import Election
from siaga.i18n.speech import Speech, languages
from siaga.journal.journal import Journal
from siaga.journal.watched_election import check_journal_is_of
from siaga.services.cases import CaseDesk

PERSON: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,47}", re.ASCII)
RIGHTS: Final = frozenset({Right.WORK, Right.APPROVE})
"""Whoever can write to the watch's directory can write to its journal; the command adds nothing to that."""


@dataclass(frozen=True, slots=True)
class Casework:
    """The cases of a watch, running or not. Where it takes a case's id, it raises BadInput for one that is
    not there."""

    _election: Election
    _desk: CaseDesk

    @classmethod
    @contextmanager
    def open(cls, election: Election, journal: str) -> Iterator[Self]:
        """The cases in the journal at an address.

        Raises:
            BadInput: it cannot be opened, or is of another election.
        """
        clock = SystemClock()
        with Journal.open(journal, clock) as opened:
            check_journal_is_of(opened, election.id, "--directory")
            room = RoomFile(election.id, election.label, "", election.languages)
            yield cls(election, CaseDesk(election, room, opened, clock))

    def record(self, event: CaseEvent, who: str | None, why: str = "") -> None:
        """Let a person do something to a case, and print where it stands then.

        Args:
            who: the person's id; None for the user's name on this machine.

        Raises:
            BadInput: the case does not allow it, or there is no such person's id.
        """
        name = (who if who is not None else _user()).lower()
        if PERSON.fullmatch(name) is None:
            what_is_wrong = f"{name!r} is no person's id."
            raise BadInput(Fault(what_is_wrong, "Write small letters, digits, dots and hyphens.", "--as"))
        self._case(event.cases()[0])
        case = self._desk.do(Command(event, why), Actor(f"person:{name}", RIGHTS))
        typer.echo(f"{case.id}: {case.stage}")

    def print_list(self, as_json: bool) -> None:
        """Print all cases, the newest last."""
        cases = list(self._desk.cases.values())
        if as_json:
            for case in cases:
                typer.echo(orjson.dumps(_document(case)).decode())
            return
        if not cases:
            typer.echo("No cases yet.")
            return
        table = Table(box=None, header_style="bold")
        for heading in ("case", "about", "platform", "stage", "severity", "began", "affected"):
            table.add_column(heading, overflow="fold")
        speech = Speech("en", self._election.timezone)
        for case in cases:
            took = durations(case)
            table.add_row(
                case.id,
                escape(about(case, self._election, speech)),
                case.platform,
                case.stage,
                case.severity,
                f"{speech.clock(took.began)} {speech.zone_name(took.began)}" if took.began else "-",
                speech.span(took.affected) if took.affected else "-",
            )
        Console(highlight=False).print(table)

    def print_history(self, id: str) -> None:
        """Print every event of a case with its number."""
        case = self._case(id)
        typer.echo(f"{case.id}: {case.stage}, {case.severity}")
        for event in self._desk.history(id):
            said = event.what.get("text") or event.what.get("cause") or event.why or ""
            line = f"{event.seq:>6}  {rfc3339(event.at)}  {event.who}  {event.kind}  {said}"
            typer.echo(line.rstrip())

    def print_notice(self, id: str, type_: NoticeType, language: str) -> None:
        """Print what to write to the platform.

        Raises:
            BadInput: the case is not proven, or there are no texts in the language.
        """
        case = self._case(id)
        if language not in languages():
            what = f"There are no texts in {language!r}."
            raise BadInput(Fault(what, f"Write {' or '.join(languages())}.", "--language"))
        evidence = case_evidence(case, EVERYBODY)
        if evidence is None:
            raise BadInput(Fault(f"{id} is not proven.", "Wait for the evidence."))
        speech = Speech(language, self._election.timezone)
        now = SystemClock().now()
        text = compose(type_, evidence, case, self._election, speech, now)
        typer.echo(f"{text.subject}\n\n{text.body}", nl=False)

    def _case(self, id: str) -> Case:
        case = self._desk.cases.get(id)
        if case is None:
            known = ", ".join(self._desk.cases) or "none yet"
            raise BadInput(Fault(f"There is no case {id}.", f"The cases: {known}."))
        return case


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container without a name for its user
        raise BadInput(Fault("No user name found on this machine.", "Give yours with --as NAME.")) from None


def _document(case: Case) -> dict[str, object]:
    took = durations(case)
    moments = {
        name: rfc3339(at) if (at := getattr(took, name)) else None
        for name in ("began", "proven", "notified", "acknowledged", "explained", "restored")
    }
    return {
        "case": case.id,
        "platform": case.platform,
        "subject": case.subject,
        "surface": case.surface,
        "stage": case.stage,
        "severity": case.severity,
        "episodes": case.episodes,
        "claims_refused": case.refused_claims,
        **moments,
    }
