"""Checks names now: what `siaga check` does once its words are read."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from unicodedata import category

import orjson
import typer
import uvloop
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from siaga import __version__
from siaga.composition.instances import instance_for
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import SystemClock, rfc3339
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.election.readers import PAGE
from siaga.platforms.conversation import Instance
from siaga.platforms.platform import CREDENTIAL_WORDS
from siaga.platforms.registry import platforms
from siaga.ports.spare_rounds import HERE, PlatformAccess
from siaga.probing.rounds import Prober
from siaga.probing.transport import Transport
from siaga.services.single_check import CheckLine, SingleCheck, Somebody, named

CONTROLS: Final = (
    "kucing", "hujan", "kopi", "bola", "musik", "film", "Jakarta", "Bali", "Raisa", "Taylor Swift",
)  # fmt: skip
"""Names outside the contest, asked alike."""
CANARY: Final = "qzxvkwjpfblm"
PLAIN: Final[Mapping[Answer, str]] = {
    Answer.EMPTY: "nothing found",
    Answer.HIDDEN: "a notice stands in its place",
    Answer.REFUSED: "the platform refuses this query",
    Answer.ERROR: "the platform fails",
    Answer.LIMITED: "our limit is reached",
    Answer.CHALLENGED: "a wall against robots",
    Answer.WALLED: "a sign-in is asked for",
    Answer.UNREACHABLE: "not reached",
    Answer.UNREADABLE: "an answer that is not understood",
    Answer.WITHDRAWN: "its owner has taken it away, or closed it",
}
SAID: Final[Mapping[State, str]] = {
    State.FINDABLE: "can be found like other names",
    State.SUSPECTED: "MISSING, others are found",
    State.IMPAIRED: "FEWER results than comparison names",
    State.SURFACE_DOWN: "all names alike are missing",
    State.UNMEASURABLE: "can't be measured",
    State.INSUFFICIENT: "not clear",
}
_NOT_TYPED: Final = frozenset({"Cc", "Cs"})
"""Control characters, and bytes that are no text."""
PIPE_WIDTH: Final = 140
"""Columns of the table where it goes to no terminal."""


def check_names(
    names: Sequence[str],
    on: str,
    declared: Election | None,
    files_beside: Path,
    addresses: Sequence[str],
    controls: Sequence[str],
    rounds: int,
    as_json: bool,
) -> list[State]:
    """Ask for the names, print what came of it, and give the state of each line.

    Args:
        on: platforms, separated by commas; empty for all that can be asked.
        declared: where platforms, controls and credentials are from; None: what is usual.
        files_beside: where the election file is; credentials are looked for from there.
        addresses: PLATFORM=ADDRESS, to ask elsewhere.
        controls: names to compare with, instead of the usual.
        rounds: at most so many a surface.

    Raises:
        BadInput: a name, a platform, an address or a credential cannot be used.
    """
    elsewhere = _addresses(addresses)
    places = _places(on, declared, files_beside, elsewhere)
    _refuse_unused(elsewhere, places)
    people = _people(names, controls, declared)
    lines = uvloop.run(_check(places, people, rounds))
    if as_json:
        for line in lines:
            typer.echo(orjson.dumps(_plain(line)).decode())
    else:
        _show(lines)
    return [line.checked.state for line in lines]


def _addresses(said: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in said:
        platform, equals, address = text.partition("=")
        if not equals or not address.startswith(("http://", "https://", "ws://", "wss://")):
            raise BadInput(
                Fault(f"Invalid address {text!r}.", "Use PLATFORM=http://host:port.", field="--address")
            )
        if platform in found:
            raise BadInput(Fault(f"{platform} has two addresses.", "Write one of them.", field="--address"))
        found[platform] = address.rstrip("/")
    return found


def _refuse_unused(addresses: Mapping[str, str], places: Sequence[PlatformAccess]) -> None:
    """Raises BadInput where an address is of a platform that is not asked: it would change nothing."""
    asked = list(dict.fromkeys(place.id for place in places))
    unused = [id for id in addresses if id not in asked]
    if unused:
        do = f"This check asks {', '.join(asked) or 'no platform'}; choose others with --on."
        faults = (
            Fault(f"an address is given for {id}, which is not asked.", do, field="--address")
            for id in unused
        )
        raise BadInput(*faults)


def _places(
    on: str, declared: Election | None, files_beside: Path, addresses: Mapping[str, str]
) -> list[PlatformAccess]:
    wanted = [word.strip() for word in on.split(",") if word.strip()]
    if declared is not None:
        return _declared_places(declared, files_beside, wanted, addresses)
    anybody = [id for id, platform in platforms().items() if platform.answers_anybody]
    return [_default_place(id, addresses) for id in wanted or anybody]


def _default_place(id: str, addresses: Mapping[str, str]) -> PlatformAccess:
    """A platform as it is asked without an election file, by what the environment says."""
    platform = platforms().get(id)
    if platform is None:
        do = f"Choose from: {', '.join(platforms())}."
        raise BadInput(Fault(f"Unknown platform {id!r}.", do, field="--on"))
    variable = platform.credential_variable
    secret = os.environ.get(variable) if variable else None
    public = any(Session.PUBLIC in sessions for sessions in platform.surfaces.values())
    if not public and not secret:
        raise BadInput(
            Fault(
                f"{platform.label} needs {CREDENTIAL_WORDS[platform.credential or '']}.",
                f"Set {variable}, or use --election FILE.",
                field="--on",
            )
        )
    instance = Instance(
        addresses.get(id, platform.address),
        Session.SIGNED_IN if secret else Session.PUBLIC,
        secret,
        os.environ.get(f"SIAGA_{id.upper()}_ACCOUNT"),
    )
    return PlatformAccess(id, platform.label, platform, instance)


def _declared_places(
    declared: Election, files_beside: Path, wanted: Sequence[str], addresses: Mapping[str, str]
) -> list[PlatformAccess]:
    known = {platform.id: platform for platform in declared.platforms}
    places: list[PlatformAccess] = []
    for id in wanted or known:
        if id not in known:
            raise BadInput(
                Fault(f"the election has no platform {id!r}.", f"It has: {', '.join(known)}.", field="--on")
            )
        platform = known[id]
        if platform.reader == PAGE:
            if wanted:
                what = f"{platform.label} needs a browser, which `siaga check` does not start."
                raise BadInput(Fault(what, "Remove it from --on, or use `siaga watch`.", field="--on"))
            continue
        for session in sorted({surface.session for surface in platform.surfaces}):
            instance = instance_for(platform, session, files_beside)
            if id in addresses:
                instance = Instance(
                    addresses[id], session, instance.secret, instance.account, instance.options
                )
            places.append(PlatformAccess(id, platform.label, platforms()[platform.reader], instance))
    return places


def _people(names: Sequence[str], controls: Sequence[str], declared: Election | None) -> list[Somebody]:
    if any(not name.strip() or len(name) > 200 for name in (*names, *controls)):
        raise BadInput(Fault("A name must have 1 to 200 characters.", "Write what people type."))
    if any(category(letter) in _NOT_TYPED for name in (*names, *controls) for letter in name.strip()):
        raise BadInput(Fault("a name has a character that nobody types.", "Write one name a word, in UTF-8."))
    people = [named(name.strip(), Role.TARGET) for name in dict.fromkeys(names)]
    if controls:
        people += [named(text, Role.CONTROL) for text in controls]
    elif declared is not None:
        people += [
            Somebody(control.id, Role.CONTROL, control.names, control.kind) for control in declared.controls
        ]
    else:
        people += [named(text, Role.CONTROL) for text in CONTROLS]
    return [*people, named(declared.canaries[0] if declared else CANARY, Role.CANARY)]


async def _check(
    places: Sequence[PlatformAccess], people: Sequence[Somebody], rounds: int
) -> list[CheckLine]:
    transport = Transport(agent=f"siaga/{__version__}")
    try:
        prober = Prober({HERE: transport}.__getitem__)
        check = SingleCheck(prober, SystemClock())
        console = Console(stderr=True)
        with Progress(
            TextColumn("asking {task.description}"), BarColumn(), console=console, transient=True,
            disable=not console.is_terminal,
        ) as progress:  # fmt: skip
            task = progress.add_task("", total=len(places))
            lines: list[CheckLine] = []
            for place in places:
                progress.update(task, description=place.label)
                lines += await check.lines(place, people, rounds)
                progress.advance(task)
            return lines
    finally:
        transport.close()


def _show(lines: Sequence[CheckLine]) -> None:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("platform", "where", "name", "verdict", "what came back", "controls", "odds"):
        table.add_column(heading, overflow="fold")
    styles = {State.SUSPECTED: "bold red", State.IMPAIRED: "bold red", State.FINDABLE: "green"}
    for line in lines:
        counts = line.checked.counts
        found = counts.controls_asked - counts.controls_missing
        odds = f"{line.checked.evidence:,.0f} to 1" if line.checked.evidence >= 2 else "-"
        table.add_row(
            escape(line.access.label),
            _where(line),
            escape(line.name),
            f"[{styles.get(line.checked.state, 'yellow')}]{SAID[line.checked.state]}[/]",
            _came_back(line),
            f"{found} of {counts.controls_asked} found",
            odds,
        )
    terminal = sys.stdout.isatty()
    Console(no_color=not terminal, width=None if terminal else PIPE_WIDTH).print(table)
    if any(line.checked.state is State.SUSPECTED for line in lines):
        typer.echo("\nStrength of evidence shows that a name is treated worse, not why.")


def _where(line: CheckLine) -> str:
    """The surface, and as whom it was asked: both sessions of one surface may be asked."""
    signed_in = line.access.instance.session is Session.SIGNED_IN
    return f"{line.surface}, signed in" if signed_in else line.surface


def _came_back(line: CheckLine) -> str:
    last = line.last
    if last.answer is not Answer.RESULTS:
        return PLAIN[last.answer] + (f" ({last.failure})" if last.failure else "")
    age = ""
    if last.newest_age_s is not None:
        minutes = last.newest_age_s / 60
        age = f", newest {minutes:.0f} min old" if minutes < 120 else f", newest {minutes / 60:.0f} h old"
    if last.matching == 0:
        return f"{last.count} results, none with the name{age}"
    usual = "" if line.checked.usual is None else f", others {line.checked.usual:.0f}"
    return f"{last.matching} of {last.count} results match{usual}{age}"


def _plain(line: CheckLine) -> dict[str, Any]:
    counts, last = line.checked.counts, line.last
    return {
        "at": rfc3339(last.at),
        "platform": line.access.id,
        "surface": line.surface,
        "session": line.access.instance.session.value,
        "name": line.name,
        "state": line.checked.state.value,
        "evidence": line.checked.evidence,
        "rule": line.checked.rule,
        "asked": counts.asked,
        "missing": counts.missing,
        "controls_asked": counts.controls_asked,
        "controls_missing": counts.controls_missing,
        "answer": last.answer.value,
        "failure": last.failure.value if last.failure else None,
        "count": last.count,
        "matching": last.matching,
        "usual": line.checked.usual,
        "newest_age_s": last.newest_age_s,
    }
