"""A case as the fold of its events: nothing about it is stored that its events do not say.

`after` takes any event without judging it; what may happen is for `acts.py` to say, before it is written.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from siaga.cases.case import Case, Delivery, Explanation, Link, Notice, Published, Stage
from siaga.cases.severity import Severity
from siaga.domain.time import parse_rfc3339
from siaga.journal.events import Event
from siaga.journal.kinds import Kind


def after(case: Case, event: Event) -> Case:
    """The case once `event` counts. An event of a kind that is not a case's changes nothing."""
    take = _TAKE.get(event.kind)
    return case if take is None else replace(take(case, event), last_event=event.seq)


def opened(event: Event) -> Case:
    """The case that a `case-opened` event begins."""
    what = _what(event)
    return Case(
        id=what["case"],
        platform=what["platform"],
        subject=what["subject"],
        surface=what.get("surface"),
        opened_at=event.at,
        severity=Severity(what["severity"]),
        verdict=what.get("verdict"),
        reports=tuple(what.get("reports", ())),
        split_from=what.get("split_from"),
        reached={Stage.OPENED: event.at},
        last_event=event.seq,
    )


def fold(events: Iterable[Event]) -> Case | None:
    """The case that its events make, those that were undone left out; None where none is left."""
    listed = list(events)
    undone = {_what(event)["event"] for event in listed if event.kind is Kind.EVENT_UNDONE}
    case: Case | None = None
    for event in listed:
        if event.seq in undone:
            continue
        if case is None:
            case = opened(event) if event.kind is Kind.CASE_OPENED else None
        else:
            case = after(case, event)
    return case


def cases_of(event: Event) -> tuple[str, ...]:
    """The cases whose history an event belongs to: its `case`; a merging, and its undoing, belong to both."""
    if event.kind is Kind.CASE_MERGED:
        return (str(_what(event)["case"]), str(_what(event)["into"]))
    both = (_what(event).get("case"), _what(event).get("also"))
    return tuple(str(case) for case in both if case is not None)


def _what(event: Event) -> Mapping[str, Any]:
    return event.what


# What each kind of event does


def _measured(case: Case, event: Event) -> Case:
    return replace(case, verdict=_what(event)["verdict"])


def _verified(case: Case, event: Event) -> Case:
    return replace(_measured(case, event), proof=_what(event)["verdict"]).to(Stage.VERIFIED, event.at)


def _acknowledged(case: Case, event: Event) -> Case:
    return case.to(Stage.ACKNOWLEDGED, event.at)


def _explained(case: Case, event: Event) -> Case:
    said = Explanation(event.at, event.who, str(_what(event)["cause"]), str(_what(event)["text"]))
    return replace(case, explanation=said, reached={"explained": event.at, **case.reached})


def _claimed(case: Case, event: Event) -> Case:
    claimed = case.to(Stage.CLAIMED, event.at)
    return replace(claimed, reached={**claimed.reached, Stage.CLAIMED: event.at})


def _claim_refused(case: Case, event: Event) -> Case:
    case = replace(_measured(case, event), refused_claims=case.refused_claims + 1)
    return case.to(Stage.ACKNOWLEDGED, event.at)


def _restored(case: Case, event: Event) -> Case:
    return _measured(case, event).to(Stage.RESTORED, event.at)


def _closed(case: Case, event: Event) -> Case:
    return replace(case, closed_because=str(_what(event)["reason"])).to(Stage.CLOSED, event.at)


def _relapsed(case: Case, event: Event) -> Case:
    return replace(
        _measured(case, event),
        stage=Stage.RELAPSED,
        proof=_what(event)["verdict"],
        reached={Stage.RELAPSED: event.at},
        episodes=case.episodes + 1,
        closed_because="",
        rung=0,
        escalated_at=None,
        reminded=frozenset(),
    )


def _withdrawn(case: Case, event: Event) -> Case:
    return replace(case, closed_because=event.why).to(Stage.WITHDRAWN, event.at)


def _merged(case: Case, event: Event) -> Case:
    if _what(event)["case"] == case.id:
        return replace(case, merged_into=str(_what(event)["into"])).to(Stage.MERGED, event.at)
    return replace(case, linked=(*case.linked, str(_what(event)["case"])))


def _linked(case: Case, event: Event) -> Case:
    return replace(case, linked=(*case.linked, str(_what(event)["other"])))


def _noted(case: Case, event: Event) -> Case:
    return case


def _assigned(case: Case, event: Event) -> Case:
    to = _what(event)["to"]
    return replace(case, owner=None if to is None else str(to))


def _graded(case: Case, event: Event) -> Case:
    return replace(case, severity=Severity(_what(event)["severity"]))


def _escalated(case: Case, event: Event) -> Case:
    what = _what(event)
    return replace(case, rung=what["rung"], escalated_at=event.at)


def _reminded(case: Case, event: Event) -> Case:
    return replace(case, reminded=case.reminded | {str(_what(event)["deadline"])})


def _drafted(case: Case, event: Event) -> Case:
    what = _what(event)
    return case.with_notice(
        Notice(
            id=what["notice"],
            type=what["type"],
            language=what["language"],
            subject=what["subject"],
            body=what["body"],
            contacts=tuple(what["contacts"]),
            due=parse_rfc3339(what["due"]),
            drafted_by=event.who,
            drafted_at=event.at,
        )
    )


def _approved(case: Case, event: Event) -> Case:
    notice = case.notices[str(_what(event)["notice"])]
    return case.with_notice(replace(notice, approvals=(*notice.approvals, event.who)))


def _refused(case: Case, event: Event) -> Case:
    return case.with_notice(replace(case.notices[str(_what(event)["notice"])], refused=True))


def _released(case: Case, event: Event) -> Case:
    what = _what(event)
    notice = case.notices[what["notice"]]
    deliveries = tuple(Delivery(one["id"], one["contact"], one["channel"]) for one in what["deliveries"])
    case = case.with_notice(replace(notice, released_at=event.at, deliveries=deliveries))
    return case.to(Stage.NOTIFIED, event.at) if case.stage in {Stage.VERIFIED, Stage.RELAPSED} else case


def _queued(case: Case, event: Event) -> Case:
    what = _what(event)
    return replace(
        case, messages=(*case.messages, Delivery(what["delivery"], what["contact"], what["channel"]))
    )


def _delivered(case: Case, event: Event) -> Case:
    what = _what(event)
    made = event.at if event.kind is Kind.DELIVERY_MADE else None
    given_up = event.kind is Kind.DELIVERY_FAILED and what["again_at"] is None

    def told(delivery: Delivery) -> Delivery:
        if delivery.id != what["delivery"]:
            return delivery
        return replace(delivery, made_at=made, answer=what["answer"], given_up=given_up)

    return replace(
        case,
        messages=tuple(told(one) for one in case.messages),
        notices={
            id: replace(notice, deliveries=tuple(told(one) for one in notice.deliveries))
            for id, notice in case.notices.items()
        },
    )


def _link(case: Case, event: Event) -> Case:
    what = _what(event)
    if event.kind is Kind.LINK_ISSUED:
        link = Link(what["link"], what["contact"], parse_rfc3339(what["expires"]))
    elif event.kind is Kind.LINK_OPENED:
        link = replace(case.links[what["link"]], browser=what["browser"])
    else:
        link = replace(case.links[what["link"]], revoked=True)
    return replace(case, links={**case.links, link.id: link})


def _reported(case: Case, event: Event) -> Case:
    report = str(_what(event)["report"])
    return case if report in case.reports else replace(case, reports=(*case.reports, report))


def _account(case: Case, event: Event) -> Case:
    return replace(case, accounts={**case.accounts, str(_what(event)["language"]): str(_what(event)["text"])})


def _published(case: Case, event: Event) -> Case:
    language = str(_what(event)["language"])
    return replace(case, published={**case.published, language: Published(event.at, case.accounts[language])})


_TAKE: Final = MappingProxyType(
    {
        Kind.CASE_MEASURED: _measured,
        Kind.CASE_VERIFIED: _verified,
        Kind.CASE_ACKNOWLEDGED: _acknowledged,
        Kind.CASE_ASKED: _noted,
        Kind.CASE_EXPLAINED: _explained,
        Kind.CASE_CLAIMED: _claimed,
        Kind.CASE_CLAIM_REFUSED: _claim_refused,
        Kind.CASE_RESTORED: _restored,
        Kind.CASE_CLOSED: _closed,
        Kind.CASE_RELAPSED: _relapsed,
        Kind.CASE_WITHDRAWN: _withdrawn,
        Kind.CASE_MERGED: _merged,
        Kind.CASE_LINKED: _linked,
        Kind.CASE_COMMENTED: _noted,
        Kind.CASE_ASSIGNED: _assigned,
        Kind.CASE_GRADED: _graded,
        Kind.CASE_ATTACHED: _noted,
        Kind.CASE_ESCALATED: _escalated,
        Kind.CASE_REMINDED: _reminded,
        Kind.NOTICE_DRAFTED: _drafted,
        Kind.NOTICE_APPROVED: _approved,
        Kind.NOTICE_REFUSED: _refused,
        Kind.NOTICE_RELEASED: _released,
        Kind.DELIVERY_QUEUED: _queued,
        Kind.DELIVERY_MADE: _delivered,
        Kind.DELIVERY_FAILED: _delivered,
        Kind.LINK_ISSUED: _link,
        Kind.LINK_OPENED: _link,
        Kind.LINK_REVOKED: _link,
        Kind.REPORT_ANSWERED: _reported,
        Kind.ACCOUNT_DRAFTED: _account,
        Kind.ACCOUNT_PUBLISHED: _published,
    }
)
KINDS: Final = frozenset({Kind.CASE_OPENED, Kind.EVENT_UNDONE, *_TAKE})
"""The kinds that a case's history is made of."""
