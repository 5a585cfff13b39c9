"""What may happen to a case: one rule for each kind of event, which refuses with what to do instead."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final
from unicodedata import category

from siaga.cases.case import OPEN, PROVEN, Case, Notice, Stage
from siaga.cases.fold import after, opened
from siaga.cases.rights import Right
from siaga.domain.errors import BadInput, Fault
from siaga.domain.verdicts import NEEDS_A_PLATFORM, FindingKey
from siaga.journal.events import Event
from siaga.journal.kinds import Kind

CAUSES: Final = (
    "spam-cleanup",
    "automated-moderation",
    "mistaken-report",
    "ranking-change",
    "technical-fault",
    "attack",
    "legal-order",
    "policy",
    "other",
)
"""What a platform may give as the cause; the free text says more."""
LONGEST_TEXT: Final = 4_000
MOST_BODY_BYTES: Final = 20 * 1024
"""Of a notice: what repeats it later, with words of its own, has to fit into one event of the journal."""
MOST_ATTACHED: Final = 50
"""Files of one case."""
UNDOABLE: Final = frozenset(
    {
        Kind.CASE_ACKNOWLEDGED,
        Kind.CASE_ASKED,
        Kind.CASE_EXPLAINED,
        Kind.CASE_CLAIMED,
        Kind.CASE_CLOSED,
        Kind.CASE_WITHDRAWN,
        Kind.CASE_MERGED,
        Kind.CASE_LINKED,
        Kind.CASE_COMMENTED,
        Kind.CASE_ASSIGNED,
        Kind.CASE_GRADED,
        Kind.CASE_ATTACHED,
        Kind.NOTICE_DRAFTED,
        Kind.NOTICE_APPROVED,
        Kind.NOTICE_REFUSED,
        Kind.LINK_REVOKED,
    }
)
"""Acts of the room's people that a later event can take back. What was sent and what was measured stands."""


class NotAllowed(BadInput):
    """The act cannot be done to the case as it is, or not by this actor."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts."""

    who: str
    """As the journal says it: `person:ayu`, `liaison:x-oncall`, `watch`."""
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True)
class Act:
    """An event proposed."""

    kind: Kind
    what: Mapping[str, Any]
    why: str = ""


def refuse(what: str, do: str) -> None:
    """Say that an act cannot be done.

    Raises:
        NotAllowed: always.
    """
    raise NotAllowed(Fault(what, do))


@dataclass(frozen=True, slots=True)
class Asked:
    """One act and what it is done to."""

    case: Case | None
    history: Sequence[Event]
    act: Act
    actor: Actor
    now: datetime
    others: Mapping[str, Case]

    @property
    def what(self) -> Mapping[str, Any]:
        """The act's fields."""
        return self.act.what

    def in_stage(self, allowed: Iterable[Stage]) -> Case:
        """The case, if it is in one of the stages."""
        if self.case is None:
            raise NotAllowed(Fault("There is no such case.", "Look at the list of cases."))
        if self.case.stage not in allowed:
            refuse(
                f"Case {self.case.id} is {self.case.stage}: this cannot be done to it ({self.act.kind}).",
                "Look at what has happened meanwhile.",
            )
        return self.case

    def text(self, field: str, least: int = 1) -> None:
        """Refuse a text that is empty, too long or no text."""
        value = self.what[field]
        if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > LONGEST_TEXT:
            what = f"`{field}` must be a text of {least} to {LONGEST_TEXT} characters."
            raise NotAllowed(Fault(what, "Write one.", field=field))

    def reason(self) -> None:
        """Refuse an act without a reason."""
        if not self.act.why.strip() or len(self.act.why) > LONGEST_TEXT:
            raise NotAllowed(Fault("A reason is needed.", "Say why, in a sentence.", field="why"))

    def state(self) -> str:
        """The verdict's state."""
        return str(self.what["verdict"]["state"])

    def waiting_notice(self, case: Case) -> Notice:
        """The notice that waits for approvals."""
        notice = case.notices.get(self.what["notice"])
        if notice is None or not notice.waits:
            raise NotAllowed(Fault("No such notice is waiting.", "Look at the case's notices."))
        return notice


ANYWHERE: Final = frozenset(Stage) - {Stage.MERGED}
BEFORE_WORD: Final = frozenset({Stage.OPENED, Stage.VERIFIED, Stage.NOTIFIED, Stage.RELAPSED})


def _open(asked: Asked) -> None:
    if asked.case is not None:
        refuse(f"Case {asked.case.id} is there already.", "Take another id.")
    if "split_from" not in asked.what:
        surface = asked.what.get("surface") if asked.what["subject"] is None else None
        _alone(asked, FindingKey(asked.what["platform"], asked.what["subject"], surface))
    if Right.MEASURE not in asked.actor.rights and "verdict" in asked.what:
        refuse("A verdict is the watch's to give.", "Open it without.")
    if "split_from" in asked.what and asked.what["split_from"] not in asked.others:
        refuse("The case to split from is not there.", "Look at the list of cases.")


def _alone(asked: Asked, key: FindingKey) -> None:
    """Refuse where another case about the same is open: one case for one cause."""
    for other in asked.others.values():
        if other.stage in OPEN and other.key == key:
            refuse(f"Case {other.id} is open about the same.", "Follow it there.")


def _measure(asked: Asked) -> None:
    asked.in_stage(OPEN)


def _verify(asked: Asked) -> None:
    asked.in_stage({Stage.OPENED})
    if asked.state() not in NEEDS_A_PLATFORM:
        refuse(f"`{asked.state()}` proves nothing.", "Wait for the evidence.")


def _acknowledge(asked: Asked) -> None:
    asked.in_stage(BEFORE_WORD)


def _ask(asked: Asked) -> None:
    asked.in_stage(OPEN)
    asked.text("text")


def _explain(asked: Asked) -> None:
    asked.in_stage(OPEN | {Stage.CLOSED})
    asked.text("text", least=0)
    if asked.what["cause"] not in CAUSES:
        raise NotAllowed(
            Fault("That is no cause of the list.", f"Choose of {', '.join(CAUSES)}.", field="cause")
        )


def _claim(asked: Asked) -> None:
    asked.in_stage(PROVEN - {Stage.CLAIMED})


def _refuse_claim(asked: Asked) -> None:
    asked.in_stage({Stage.CLAIMED})
    if asked.state() == "findable":
        refuse("It is findable: the claim holds.", "Verify the restoration.")


def _restore(asked: Asked) -> None:
    asked.in_stage(PROVEN)
    if asked.state() != "findable":
        refuse(f"`{asked.state()}` is no restoration.", "Wait for the evidence.")


def _close(asked: Asked) -> None:
    if asked.what["reason"] == "restored" and Right.MEASURE in asked.actor.rights:
        asked.in_stage({Stage.RESTORED})
        return
    asked.reason()
    if Right.MEASURE not in asked.actor.rights and asked.case is not None and asked.case.stage in PROVEN:
        refuse(
            "A proven case closes when measuring has verified the restoration.",
            "If the finding was wrong, withdraw it.",
        )
    asked.in_stage({Stage.OPENED})


def _relapse(asked: Asked) -> None:
    case = asked.in_stage({Stage.CLOSED})
    if case.closed_because != "restored" or asked.state() not in NEEDS_A_PLATFORM:
        refuse("Only what was restored, and is proven again, has relapsed.", "Open a new case.")
    _alone(asked, case.key)


def _withdraw(asked: Asked) -> None:
    asked.reason()
    asked.in_stage(ANYWHERE - {Stage.WITHDRAWN, Stage.RESTORED})


def _merge(asked: Asked) -> None:
    case, into = asked.in_stage(OPEN), asked.others.get(asked.what["into"])
    if into is None or into.id == case.id or into.stage not in OPEN or into.platform != case.platform:
        refuse("It can be merged only into another open case of the same platform.", "Link them instead.")


def _link_cases(asked: Asked) -> None:
    case = asked.in_stage(ANYWHERE)
    other = asked.what["other"]
    if other == case.id or other not in asked.others or other in case.linked:
        refuse("It can be linked to another case, once.", "Look at the list of cases.")


def _comment(asked: Asked) -> None:
    asked.in_stage(ANYWHERE)
    asked.text("text")


def _assign(asked: Asked) -> None:
    case = asked.in_stage(OPEN)
    if asked.what["to"] == case.owner:
        refuse("It is with them already.", "Choose somebody else.")
    if case.owner is not None and Right.SYSTEM not in asked.actor.rights:
        asked.reason()


def _grade(asked: Asked) -> None:
    case = asked.in_stage(OPEN)
    asked.reason()
    if asked.what["severity"] == case.severity:
        refuse("It has that severity already.", "Choose another.")


def _attach(asked: Asked) -> None:
    asked.in_stage(ANYWHERE)
    asked.text("name")
    refuse_too_many(asked.history)


def refuse_too_many(history: Iterable[Event]) -> None:
    """Refuse a further file where a case has many.

    Raises:
        NotAllowed: it has.
    """
    if sum(event.kind is Kind.CASE_ATTACHED for event in history) >= MOST_ATTACHED:
        refuse(f"This case has {MOST_ATTACHED} files.", "Say in words where the others are.")


def _by_rule(asked: Asked) -> None:
    asked.in_stage(OPEN)


def _undo(asked: Asked) -> None:
    case = asked.in_stage(frozenset(Stage))
    asked.reason()
    seq = asked.what["event"]
    undone = {event.what["event"] for event in asked.history if event.kind is Kind.EVENT_UNDONE}
    event = next((one for one in asked.history if one.seq == seq), None)
    if event is None or seq in undone or event.kind not in UNDOABLE:
        raise NotAllowed(Fault("That cannot be undone.", "Correct it by a new act.", field="event"))
    if not event.who.startswith("person:"):
        refuse("Only what the room's people did can be undone.", "Answer it by a new act.")
    notice = case.notices.get(str(event.what["notice"])) if "notice" in event.what else None
    if notice is not None and notice.released_at is not None:
        refuse("The notice was released.", "Send another that corrects it.")
    left = [one for one in asked.history if one.seq != seq and one.seq not in undone]
    if not holds(left):
        refuse("What came later rests on it.", "Undo the later acts first.")


def _draft(asked: Asked) -> None:
    restoring = asked.what["type"] == "restore"
    case = asked.in_stage(PROVEN if restoring else PROVEN | {Stage.CLOSED})
    known = case.notices.get(asked.what["notice"])
    if known is not None and known.released_at is not None:
        refuse("It was released.", "Draft a new notice.")
    if not asked.what["contacts"]:
        raise NotAllowed(Fault("Nobody would get it.", "Choose who gets it.", field="contacts"))
    subject = asked.what["subject"]
    if not subject.strip() or any(category(one) in {"Cc", "Cs", "Zl", "Zp"} for one in subject):
        raise NotAllowed(Fault("The subject is one line.", "Write one line.", field="subject"))
    body = asked.what["body"]
    if len(body.encode("utf-8", "replace")) > MOST_BODY_BYTES or any(
        category(one) in {"Cc", "Cs"} and one not in "\n\t" for one in body
    ):
        do = f"Write plain text, at most {MOST_BODY_BYTES // 1024} KiB."
        raise NotAllowed(Fault("The text cannot be sent.", do, field="body"))


def _approve(asked: Asked) -> None:
    notice = asked.waiting_notice(asked.in_stage(PROVEN | {Stage.CLOSED}))
    if asked.actor.who in notice.approvals:
        refuse("You have approved it already.", "Another person has to approve it as well.")
    if asked.what["text"] != notice.text:
        refuse("The text was changed meanwhile.", "Read it again, then approve it.")


def _refuse_notice(asked: Asked) -> None:
    asked.reason()
    asked.waiting_notice(asked.in_stage(ANYWHERE))


def _free(asked: Asked) -> None:
    asked.in_stage(frozenset(Stage))


def _open_link(asked: Asked) -> None:
    case = asked.in_stage(frozenset(Stage))
    link = case.links.get(asked.what["link"])
    if link is None or link.revoked or link.browser is not None or link.expires <= asked.now:
        refuse("This link is used, over or revoked.", "Ask the room for a new one.")


def _revoke_link(asked: Asked) -> None:
    case = asked.in_stage(frozenset(Stage))
    link = case.links.get(asked.what["link"])
    if link is None or link.revoked:
        refuse("There is no such link in use.", "Look at the case's links.")


def _account(asked: Asked) -> None:
    asked.in_stage({Stage.CLOSED, Stage.WITHDRAWN})
    value = asked.what["text"]
    if not isinstance(value, str) or not value.strip():
        raise NotAllowed(Fault("The account is empty.", "Write it.", field="text"))


def _publish(asked: Asked) -> None:
    case = asked.in_stage({Stage.CLOSED, Stage.WITHDRAWN})
    digest = case.account_digest(asked.what["language"])
    if digest is None:
        refuse("There is no account in that language.", "Write it first.")
    if asked.what["text"] != digest:
        refuse("The account was changed meanwhile.", "Read it again, then publish it.")
    published = case.published.get(asked.what["language"])
    if published is not None and published.text == case.accounts[asked.what["language"]]:
        refuse("It is published as it is.", "Change it first.")


RULES: Final[Mapping[Kind, Callable[[Asked], None]]] = MappingProxyType(
    {
        Kind.CASE_OPENED: _open,
        Kind.CASE_MEASURED: _measure,
        Kind.CASE_VERIFIED: _verify,
        Kind.CASE_ACKNOWLEDGED: _acknowledge,
        Kind.CASE_ASKED: _ask,
        Kind.CASE_EXPLAINED: _explain,
        Kind.CASE_CLAIMED: _claim,
        Kind.CASE_CLAIM_REFUSED: _refuse_claim,
        Kind.CASE_RESTORED: _restore,
        Kind.CASE_CLOSED: _close,
        Kind.CASE_RELAPSED: _relapse,
        Kind.CASE_WITHDRAWN: _withdraw,
        Kind.CASE_MERGED: _merge,
        Kind.CASE_LINKED: _link_cases,
        Kind.CASE_COMMENTED: _comment,
        Kind.CASE_ASSIGNED: _assign,
        Kind.CASE_GRADED: _grade,
        Kind.CASE_ATTACHED: _attach,
        Kind.CASE_ESCALATED: _by_rule,
        Kind.CASE_REMINDED: _by_rule,
        Kind.EVENT_UNDONE: _undo,
        Kind.NOTICE_DRAFTED: _draft,
        Kind.NOTICE_APPROVED: _approve,
        Kind.NOTICE_REFUSED: _refuse_notice,
        Kind.DELIVERY_QUEUED: _free,
        Kind.DELIVERY_MADE: _free,
        Kind.DELIVERY_FAILED: _free,
        Kind.LINK_ISSUED: _free,
        Kind.LINK_OPENED: _open_link,
        Kind.LINK_REVOKED: _revoke_link,
        Kind.REPORT_ANSWERED: _free,
        Kind.ACCOUNT_DRAFTED: _account,
        Kind.ACCOUNT_PUBLISHED: _publish,
    }
)


OF_SEVERAL: Final = frozenset({Kind.CASE_OPENED, Kind.CASE_MERGED, Kind.CASE_LINKED, Kind.EVENT_UNDONE})
"""Kinds whose rules look at other cases as they were then, which one case's history does not tell."""


def holds(history: Sequence[Event]) -> bool:
    """Whether one case's history could have come about, act by act, by the rules that look at it alone."""
    folded: Case | None = None
    past: list[Event] = []
    for event in history:
        if event.kind in RULES and event.kind not in OF_SEVERAL:
            act = Act(event.kind, event.what, event.why)
            actor = Actor(event.who, frozenset(Right))
            try:
                RULES[event.kind](Asked(folded, past, act, actor, event.at, {}))
            except NotAllowed:
                return False
        if event.kind is Kind.CASE_MERGED and folded is not None and folded.stage not in OPEN:
            return False
        try:
            folded = opened(event) if folded is None else after(folded, event)
        except KeyError:
            return False
        past.append(event)
    return folded is not None
