"""What an event of a case is: its fields, who may bring it about, when, what it changes, and how it is told.

Each kind is one class in `cases/events/`. From these classes follow the journal's kinds of cases, rights,
guards, the fold, what is public, the timelines, and the fields that pages and programs send.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType, UnionType
from typing import (
    Any,
    ClassVar,
    Final,
    Literal,
    Self,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from siaga.cases.case import Case, Stage
from siaga.cases.guards import Situation, refuse
from siaga.cases.inputs import InputField
from siaga.cases.rights import Right
from siaga.cases.room_file import RoomFile
from siaga.domain.time import parse_rfc3339, rfc3339
from siaga.journal.events import JournalEvent
from siaga.journal.kinds import register

ANY_STAGE: Final = frozenset(Stage)
_INPUT: Final = "input"
IF_GIVEN: Final[Mapping[str, bool]] = MappingProxyType({"if given": True})
"""Metadata of a field that the journal does not hold where it is None."""


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What everybody sees of an event."""

    phrase: str
    """Marked for the catalogues; may name the `facts` in braces."""
    facts: tuple[str, ...] = ()
    """Fields that are public; `state` is the state of the event's verdict, `why` the reason."""
    by_room: bool = False
    """Whether it is the control room's, though the watch carries it out."""


@dataclass(frozen=True, slots=True)
class ContactMessage:
    """What the platform's contacts are told of an event; both marked for the catalogues."""

    subject: str
    body: str
    repeats_notice: bool = False
    """Whether the last notice follows below."""


@dataclass(frozen=True, slots=True)
class CommandForm:
    """The form by which the control room's people ask for an event on the case's page; texts marked for the
    catalogues. An event without one has its place on the page by hand, or none."""

    section: Literal["platform", "room"]
    """Beside what the platform said, or what is done in the room."""
    heading: str
    button: str


class CaseEvent:
    """One thing that happens to a case. Subclasses are made by `case_event`."""

    __slots__ = ()

    kind: ClassVar[str]
    """As the journal writes it."""
    rights: ClassVar[frozenset[Right]]
    """One of these is needed."""
    stages: ClassVar[frozenset[Stage]]
    """The stages of the case in which it may happen."""
    phrase: ClassVar[str]
    """How the control room's timeline tells it; marked for the catalogues."""
    public: ClassVar[PublicPart | None]
    message: ClassVar[ContactMessage | None]
    command: ClassVar[str | None]
    """The word by which pages and programs ask for it; None where only software brings it about."""
    form: ClassVar[CommandForm | None]
    needs_reason: ClassVar[bool]
    is_undoable: ClassVar[bool]
    """Whether people of the control room can take it back. What was sent and what was measured stands."""
    looks_at_others: ClassVar[bool]
    """Whether its guard looks at other cases as they were then, which one case's history does not say."""
    shows_text: ClassVar[bool]
    """Whether the control room's timeline quotes its `text`, which may be a digest instead."""
    inputs: ClassVar[Mapping[str, InputField]]
    """The fields that people and programs send, by name."""
    stored_fields: ClassVar[Mapping[str, tuple[Any, bool]]]
    """The type of each field, and whether the journal leaves it out where it is None."""

    def cases(self) -> tuple[str, ...]:
        """The ids of the cases to whose history it belongs, the one that it is done to first."""
        case: str | None = getattr(self, "case", None)
        return () if case is None else (case,)

    def check(self, situation: Situation) -> None:
        """Refuse the event where it cannot happen.

        Raises:
            NotAllowed: the stage is another, a reason is missing, a field is wrong, or `guard` says no.
        """
        case = situation.in_stage(self.stages, self.kind)
        if self.needs_reason:
            situation.require_reason()
        situation.refuse_long_reason()
        self.check_inputs()
        self.guard(case, situation)

    def check_inputs(self) -> None:
        """Refuse values that people and programs may not send.

        Raises:
            NotAllowed: a text is too short or too long, or a choice is not on its list.
        """
        for name, expected in self.inputs.items():
            if (problem := expected.problem(name, getattr(self, name))) is not None:
                refuse(problem.what, problem.do, name)

    def guard(self, case: Case, situation: Situation) -> None:
        """Refuse what stage, reason and fields alone do not tell.

        Raises:
            NotAllowed: the event cannot happen to this case now.
        """

    def apply(self, case: Case, event: JournalEvent) -> Case:
        """The case after it; `event` says when it happened, who did it and why."""
        return case

    def follow_up(self, case: Case, room: RoomFile) -> tuple["CaseEvent", ...]:
        """What follows from it at once, by the watch; `case` is as it was before.

        Raises:
            NotAllowed: what must follow cannot be done.
        """
        return ()

    def leaving(self, why: str) -> Mapping[str, str]:
        """What people wrote of it that is sent to the platform, by field; `why` is its reason."""
        return {} if self.message is None else {"why": why, "text": str(getattr(self, "text", ""))}

    def written_by(self, history: Sequence[JournalEvent]) -> str | None:
        """Who wrote what it lets out of the house, so that another person has to; None where that is free."""
        return None

    def receivers(self, case: Case, who: str) -> Sequence[str]:
        """The contacts who get its `message`; `who` brings it about."""
        return () if self.message is None else case.contacted

    @classmethod
    def from_inputs(cls, case: str, text_of: Callable[[str], str]) -> Self:
        """The event that a form or a program asks for; `text_of` gives the text of a field.

        Raises:
            WrongInput: a text is none of the field's values.
        """
        values = {name: expected.read(name, text_of(name)) for name, expected in cls.inputs.items()}
        return cls(case=case, **values)  # type: ignore[call-arg]

    @classmethod
    def read(cls, what: Mapping[str, Any]) -> Self:
        """The event that the journal holds, taken as it stands.

        Raises:
            KeyError: a field is missing.
        """
        given = {}
        for name, (hint, is_optional) in cls.stored_fields.items():
            if name in what or not is_optional:
                given[name] = _from_stored(hint, what[name])
        return cls(**given)

    def stored(self) -> dict[str, Any]:
        """Its fields as the journal holds them."""
        return {
            name: _to_stored(value)
            for name, (_, is_optional) in self.stored_fields.items()
            if (value := getattr(self, name)) is not None or not is_optional
        }


E = TypeVar("E", bound=CaseEvent)


def sent(
    says: str = "",
    *,
    least: int = 0,
    longest: int | None = None,
    choices: Sequence[str] = (),
    is_number: bool = False,
    end: str = "",
    label: str = "",
) -> Any:
    """A field that people and programs send; see `InputField`."""
    return field(metadata={_INPUT: InputField(says, least, longest, choices, is_number, end, label)})


@dataclass_transform(frozen_default=True, field_specifiers=(field, sent))
def case_event(
    kind: str,
    *,
    rights: frozenset[Right],
    phrase: str,
    stages: frozenset[Stage] = ANY_STAGE,
    public: PublicPart | None = None,
    message: ContactMessage | None = None,
    command: str | None = None,
    form: CommandForm | None = None,
    needs_reason: bool = False,
    is_undoable: bool = False,
    looks_at_others: bool = False,
    shows_text: bool = True,
) -> Callable[[type[E]], type[E]]:
    """Make a class a kind of event; see `CaseEvent` for what is declared.

    Raises:
        ValueError: the kind is declared twice.
    """

    def declare(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(cls)
        made.kind, made.rights, made.stages, made.phrase = kind, rights, stages, phrase
        made.public, made.message, made.command, made.form = public, message, command, form
        made.needs_reason, made.is_undoable = needs_reason, is_undoable
        made.looks_at_others, made.shows_text = looks_at_others, shows_text
        hints, described = get_type_hints(made), fields(made)  # type: ignore[arg-type]
        made.inputs = {each.name: each.metadata[_INPUT] for each in described if _INPUT in each.metadata}
        made.stored_fields = {each.name: (hints[each.name], each.metadata == IF_GIVEN) for each in described}
        register(kind)
        return made

    return declare


def _from_stored(hint: Any, value: Any) -> Any:
    """A JSON value as the type that a field has."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if value is None else _from_stored(arguments[0], value)
    if origin is tuple:
        return tuple(_from_stored(arguments[0], item) for item in value)
    if hint is datetime:
        return parse_rfc3339(value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    if is_dataclass(hint) and isinstance(hint, type):
        return hint(**value)
    return value


def _to_stored(value: Any) -> Any:
    """A field's value as a JSON value."""
    if isinstance(value, tuple):
        return [_to_stored(item) for item in value]
    if isinstance(value, datetime):
        return rfc3339(value)
    if isinstance(value, StrEnum):
        return value.value
    if is_dataclass(value):
        return {described.name: getattr(value, described.name) for described in fields(value)}
    return value
