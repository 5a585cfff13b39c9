"""What programs send: each field stands here once, or in the event of a case that it belongs to.

From these models come what is checked of a request and how `openapi.py` describes it. Texts that the case or
the report checks itself are described here and no more.
"""

from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, WithJsonSchema, create_model

from siaga.cases.case import NoticeType
from siaga.cases.commands import BY_WORD, OF_PEOPLE_ALONE
from siaga.cases.events.notice_drafted import LONGEST_SUBJECT, MOST_BODY_BYTES
from siaga.cases.reports import (
    LONGEST_COMMENT,
    LONGEST_ELSEWHERE,
    LONGEST_PLACE,
    LONGEST_TYPED,
    Seen,
    When,
)
from siaga.web.form_commands import OWN, properties_of

OF_THE_ROOM: Final = tuple(word for word in (*BY_WORD, *OWN) if word not in OF_PEOPLE_ALONE)
"""The acts of a program of the room."""


def _without_nul(text: str) -> str:
    if "\x00" in text:
        message = "a text holds no NUL"
        raise ValueError(message)
    return text


Text = Annotated[str, AfterValidator(_without_nul)]


def _text(**schema: Any) -> Any:
    """How a text is described."""
    return WithJsonSchema({"type": "string", **schema})


def _one_of(choices: Any) -> Any:
    return WithJsonSchema({"enum": [str(choice) for choice in choices]})


class SentModel(BaseModel):
    """What a program sends: no other fields, and nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _NamedAct(SentModel):
    """Something that is done to a case; which fields it needs depends on the act."""

    act: Annotated[Text, _one_of(OF_THE_ROOM)]


_FIELDS: Final[dict[str, Any]] = {
    name: (Annotated[Text, WithJsonSchema(schema)], "") for name, schema in properties_of(OF_THE_ROOM).items()
}
ActRequest: Final = create_model("ActRequest", __base__=_NamedAct, __doc__=_NamedAct.__doc__, **_FIELDS)


class NoticeRequest(SentModel):
    """A notice for the approvers; what is left out is written from the evidence."""

    type: NoticeType
    subject: Annotated[Text, _text(maxLength=LONGEST_SUBJECT)] = ""
    body: Annotated[Text, _text(maxLength=MOST_BODY_BYTES)] = ""
    contacts: list[Text] = []


class NewReportRequest(SentModel):
    """A report that came by telephone or at the desk."""

    platform: Annotated[Text, _text(description="A platform's id, or `elsewhere`.")]
    elsewhere: Annotated[Text, _text(maxLength=LONGEST_ELSEWHERE)] = ""
    typed: Annotated[Text, _text(minLength=1, maxLength=LONGEST_TYPED)]
    seen: Annotated[Text, _one_of(Seen)]
    when: Annotated[Text, _one_of(When)] = ""
    place: Annotated[Text, _text(maxLength=LONGEST_PLACE)] = ""
    comment: Annotated[Text, _text(maxLength=LONGEST_COMMENT)] = ""
    source: Literal["phone", "desk"] = "desk"
