"""Reads a scenario file, strictly: every fault of the file is named with its line, and nothing is guessed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from siaga.config.kinds import SCENARIO_FILE, refuse_other_kind
from siaga.config.text_files import refuse_typed_otherwise, text_of_bytes
from siaga.domain.answers import Surface
from siaga.domain.errors import BadInput, Fault
from siaga.domain.time import parse_rfc3339
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.posts import Wave
from siaga.simulation.scenario import PlatformWave, Scenario, ScenarioNote, ScenarioTrouble

MOST_BYTES = 256 * 1024
MOST_STEPS = 1000
LONGEST_TEXT = 500
OFFSET = re.compile(r"\+(?:(\d{1,4})d)?(?:(\d{1,4})h)?(?:(\d{1,4})m)?(?:(\d{1,5})s)?")
TOP = frozenset({"scenario", "label", "seed", "starts", "ends", "limits", "steps"})
STEP = frozenset({"at", "note", "start", "stop", "fault", "wave"})
FAULT = frozenset(
    {"kind", "platform", "surfaces", "names", "exact", "vantages", "share", "most", "older-than", "seconds"}
)
WAVE = frozenset({"platform", "name", "kind", "per-hour", "until"})
NEEDS = {
    FaultKind.THIN: "most",
    FaultKind.FEW: "most",
    FaultKind.AGE: "older-than",
    FaultKind.DELAY: "seconds",
}
ONLY = {
    "most": (FaultKind.THIN, FaultKind.FEW),
    "older-than": (FaultKind.AGE,),
    "seconds": (FaultKind.DELAY,),
}
T = TypeVar("T")


def read_scenario(path: Path) -> Scenario:
    """The scenario that a file declares.

    Raises:
        BadInput: with every fault found, by line.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput(
            Fault(f"The scenario file cannot be read: {error.strerror}.", "Check its path.", str(path))
        ) from None
    return parse_scenario(text_of_bytes(raw, str(path), MOST_BYTES), str(path))


def parse_scenario(text: str, file: str = "") -> Scenario:
    """The same from a text; `file` is named in faults.

    Raises:
        BadInput: with every fault found, by line.
    """
    root = _composed(text, file)
    if root is None or (isinstance(root, ScalarNode) and not root.value):
        raise BadInput(Fault("The file is empty.", SCENARIO_FILE.begin, file))
    if isinstance(root, MappingNode):
        refuse_other_kind([str(key.value) for key, _ in root.value], SCENARIO_FILE, file)
    reader = _ScenarioReader(file)
    scenario = reader.scenario(root)
    if reader.faults or scenario is None:
        raise BadInput(*reader.faults)
    return scenario


def parse_fault(text: str) -> InjectedFault:
    """One fault, as a scenario's `fault:` holds it, in YAML or JSON.

    Raises:
        BadInput: with everything wrong with it.
    """
    reader = _ScenarioReader("")
    root = _composed(text, "")
    fault = reader.fault(root, "fault")
    if root is None:
        raise BadInput(Fault("There is no fault here.", "Write its kind: {kind: empty}."))
    if reader.faults or fault is None:
        raise BadInput(*reader.faults)
    return fault


def _composed(text: str, file: str) -> Node | None:
    refuse_typed_otherwise(text, file)
    try:
        root: Node | None = YAML().compose(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        what = f"This is no YAML: {error.problem or 'it cannot be parsed'}."
        raise BadInput(Fault(what, "Correct the syntax.", file, line)) from None
    except (YAMLError, ValueError, RecursionError):
        raise BadInput(Fault("This is no YAML.", "Correct the syntax.", file)) from None
    return root


@dataclass
class _ScenarioStep:
    """One step with what it asks for."""

    at: datetime
    node: Node
    path: str
    fields: dict[str, Node]


@dataclass
class _ScenarioReader:
    """Walks the file's nodes and collects what is wrong with them."""

    file: str
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, node: Node | None, path: str, what: str, do: str) -> None:
        line = node.start_mark.line + 1 if node is not None else 0
        self.faults.append(Fault(what, do, self.file, line, path))

    def scenario(self, root: Node | None) -> Scenario | None:
        fields = self.mapping(root, "", TOP, required=("scenario", "starts", "ends", "steps"))
        if fields is None:
            return None
        starts = self.moment(fields.get("starts"), "starts")
        ends = self.moment(fields.get("ends"), "ends", starts)
        id = self.text(fields.get("scenario"), "scenario")
        if starts and ends and ends <= starts:
            self.wrong(fields["ends"], "ends", "It ends before it starts.", "Write a later moment.")
        if id is None or starts is None or ends is None:
            return None
        limits = self.choice(fields.get("limits"), "limits", ("contract", "none")) or "contract"
        steps = self.steps(fields.get("steps"), starts)
        return Scenario(
            id=id,
            label=self.text(fields.get("label"), "label") or id,
            seed=self.text(fields.get("seed"), "seed") or id,
            starts=starts,
            ends=ends,
            limits=limits == "contract",
            troubles=self.troubles(steps),
            waves=tuple(wave for step in steps if (wave := self.wave(step, starts))),
            notes=tuple(
                ScenarioNote(step.at, text)
                for step in steps
                if (text := self.text(step.fields.get("note"), f"{step.path}.note"))
            ),
        )

    def steps(self, node: Node | None, starts: datetime) -> list[_ScenarioStep]:
        found: list[_ScenarioStep] = []
        for place, item in enumerate(self.sequence(node, "steps", MOST_STEPS)):
            path = f"steps[{place}]"
            fields = self.mapping(item, path, STEP, required=("at",))
            if fields is None:
                continue
            at = self.moment(fields.get("at"), f"{path}.at", starts)
            if "start" in fields and "fault" not in fields:
                self.wrong(item, path, "It starts something without a fault.", "Add `fault:` with its kind.")
            elif "fault" in fields and "start" not in fields:
                self.wrong(
                    item, path, "A fault has no name to stop it by.", "Add `start:` with a word for it."
                )
            if not fields.keys() & {"start", "stop", "wave", "note"}:
                self.wrong(item, path, "Nothing happens in this step.", "Add start, stop, wave or note.")
            if at is not None:
                found.append(_ScenarioStep(at, item, path, fields))
        for earlier, later in pairwise(found):
            if later.at < earlier.at:
                self.wrong(
                    later.node,
                    f"{later.path}.at",
                    "This step is earlier than the one before it.",
                    "Put the steps in order of time.",
                )
        return found

    def troubles(self, steps: list[_ScenarioStep]) -> tuple[ScenarioTrouble, ...]:
        running: dict[str, ScenarioTrouble] = {}
        done: list[ScenarioTrouble] = []
        for step in steps:
            stop = self.text(step.fields.get("stop"), f"{step.path}.stop")
            if stop is not None and stop not in running:
                do = f"Write one of: {', '.join(running) or 'nothing runs then'}."
                self.wrong(step.fields["stop"], f"{step.path}.stop", f"{stop!r} is not running.", do)
            elif stop is not None:
                over = running.pop(stop)
                done.append(ScenarioTrouble(over.id, over.fault, over.starts, step.at))
            start = self.text(step.fields.get("start"), f"{step.path}.start")
            fault = self.fault(step.fields.get("fault"), f"{step.path}.fault")
            if start is None or fault is None:
                continue
            if start in running:
                do = "Stop it first, or choose another word."
                self.wrong(step.fields["start"], f"{step.path}.start", f"{start!r} already runs.", do)
                continue
            running[start] = ScenarioTrouble(start, fault, step.at, None)
        return tuple(sorted([*done, *running.values()], key=lambda trouble: (trouble.starts, trouble.id)))

    def fault(self, node: Node | None, path: str) -> InjectedFault | None:
        if node is None:
            return None
        fields = self.mapping(node, path, FAULT, required=("kind",))
        if fields is None:
            return None
        word = self.choice(fields.get("kind"), f"{path}.kind", tuple(FaultKind))
        if word is None:
            return None
        kind = FaultKind(word)
        for name, kinds in ONLY.items():
            if name in fields and kind not in kinds:
                do = f"Remove it, or choose {' or '.join(kinds)}."
                self.wrong(fields[name], f"{path}.{name}", f"{kind} takes no {name}.", do)
        if (need := NEEDS.get(kind)) and need not in fields:
            self.wrong(node, path, f"{kind} needs {need}.", f"Add `{need}:`.")
        share = self.number(fields.get("share"), f"{path}.share", 0, 1)
        exact = self.choice(fields.get("exact"), f"{path}.exact", ("true", "false"))
        return InjectedFault(
            kind=kind,
            platform=self.text(fields.get("platform"), f"{path}.platform"),
            surfaces=self.texts(fields.get("surfaces"), f"{path}.surfaces", tuple(Surface)),
            names=self.texts(fields.get("names"), f"{path}.names"),
            exact=exact == "true",
            vantages=self.texts(fields.get("vantages"), f"{path}.vantages"),
            share=1.0 if share is None else share,
            most=int(self.number(fields.get("most"), f"{path}.most", 0, 1000) or 0),
            older_than=self.span(fields.get("older-than"), f"{path}.older-than") or timedelta(),
            seconds=self.number(fields.get("seconds"), f"{path}.seconds", 0, 600) or 0.0,
        )

    def wave(self, step: _ScenarioStep, starts: datetime) -> PlatformWave | None:
        node = step.fields.get("wave")
        if node is None:
            return None
        path = f"{step.path}.wave"
        fields = self.mapping(node, path, WAVE, required=("platform", "name", "kind", "per-hour", "until"))
        if fields is None:
            return None
        platform = self.text(fields.get("platform"), f"{path}.platform")
        name = self.text(fields.get("name"), f"{path}.name")
        kind = self.choice(fields.get("kind"), f"{path}.kind", ("spam", "talk"))
        per_hour = self.number(fields.get("per-hour"), f"{path}.per-hour", 1, 100_000)
        until = self.moment(fields.get("until"), f"{path}.until", starts)
        if platform is None or name is None or kind is None or per_hour is None or until is None:
            return None
        if until <= step.at:
            self.wrong(fields["until"], f"{path}.until", "The wave ends before it starts.", "Write later.")
            return None
        return PlatformWave(platform, Wave(name, step.at, until, per_hour, kind == "spam"))

    def mapping(
        self, node: Node | None, path: str, known: frozenset[str], required: tuple[str, ...]
    ) -> dict[str, Node] | None:
        if not isinstance(node, MappingNode) or node.anchor:
            self.wrong(node, path, "Fields are expected here.", f"Write {', '.join(sorted(known))}.")
            return None
        fields: dict[str, Node] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            where = f"{path}.{name}".lstrip(".")
            if name not in known:
                self.wrong(key, where, "There is no such field.", f"Use one of: {', '.join(sorted(known))}.")
            elif name in fields:
                self.wrong(key, where, "The field stands here twice.", "Remove one.")
            else:
                fields[name] = value
        for name in required:
            if name not in fields:
                self.wrong(node, path, f"{name} is missing.", f"Add `{name}:`.")
        return fields

    def sequence(self, node: Node | None, path: str, most: int) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, SequenceNode) or node.anchor:
            self.wrong(node, path, "A list is expected here.", "Write `- ` before each item.")
            return []
        if len(node.value) > most:
            self.wrong(node, path, f"There are more than {most} items.", "Remove some.")
        return list(node.value[:most])

    def text(self, node: Node | None, path: str) -> str | None:
        if node is None:
            return None
        if not isinstance(node, ScalarNode) or node.anchor or not 0 < len(node.value) <= LONGEST_TEXT:
            self.wrong(
                node, path, "A text is expected here.", f"Write 1 to {LONGEST_TEXT} characters, no anchors."
            )
            return None
        return str(node.value)

    def texts(self, node: Node | None, path: str, known: tuple[str, ...] = ()) -> tuple[str, ...]:
        items = self.sequence(node, path, 200)
        if node is not None and not items:
            self.wrong(node, path, "The list is empty.", "Name at least one, or remove the field for all.")
        if known:
            chosen = [self.choice(item, f"{path}[{place}]", known) for place, item in enumerate(items)]
        else:
            chosen = [self.text(item, f"{path}[{place}]") for place, item in enumerate(items)]
        return tuple(item for item in chosen if item is not None)

    def choice(self, node: Node | None, path: str, known: tuple[str, ...]) -> str | None:
        word = self.text(node, path)
        if word is not None and word not in known:
            self.wrong(node, path, f"{word!r} is not known here.", f"Use one of: {', '.join(known)}.")
            return None
        return word

    def number(self, node: Node | None, path: str, least: float, most: float) -> float | None:
        do = f"Write a number from {least:g} to {most:g}."
        number = self.parsed(node, path, float, "A number is expected here.", do)
        if number is not None and not least <= number <= most:
            self.wrong(node, path, f"{number:g} is out of range.", do)
            return None
        return number

    def span(self, node: Node | None, path: str) -> timedelta | None:
        do = "Write a span such as 36h or 2d12h."
        return self.parsed(node, path, lambda text: _offset(f"+{text}"), "A span is expected here.", do)

    def moment(self, node: Node | None, path: str, starts: datetime | None = None) -> datetime | None:
        if starts is None:
            do = "Write a time with its offset, such as 2024-01-24T18:00:00+07:00."
            return self.parsed(node, path, parse_rfc3339, "A moment is expected here.", do)

        def either(text: str) -> datetime:
            return starts + _offset(text) if text.startswith("+") else parse_rfc3339(text)

        do = "Write +2h30m from the start, or a time with its offset such as 2024-01-24T18:00:00+07:00."
        return self.parsed(node, path, either, "A moment is expected here.", do)

    def parsed(self, node: Node | None, path: str, parse: Callable[[str], T], what: str, do: str) -> T | None:
        text = self.text(node, path)
        if text is None:
            return None
        try:
            return parse(text)
        except (ValueError, OverflowError):
            self.wrong(node, path, what, do)
            return None


def _offset(text: str) -> timedelta:
    match = OFFSET.fullmatch(text)
    if match is None or len(text) == 1:
        raise ValueError
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
