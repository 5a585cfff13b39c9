"""Who may do what to a case: what only measuring says, what only people do, what a contact may answer."""

from siaga.cases.commands import BY_WORD, OF_CONTACTS, OF_PEOPLE_ALONE
from siaga.cases.events import EVENTS
from siaga.cases.rights import Right


def kinds_with(*rights: Right) -> set[str]:
    return {kind for kind, event in EVENTS.items() if event.rights <= set(rights)}


def test_only_measuring_says_that_a_name_is_missing_or_restored() -> None:
    assert kinds_with(Right.MEASURE) == {
        "case-measured", "case-verified", "case-claim-refused", "case-restored", "case-relapsed",
    }  # fmt: skip
    assert all(
        event.rights <= {Right.MEASURE}
        for event in EVENTS.values()
        if "verdict" in _required_fields(event.kind)
    )


def _required_fields(kind: str) -> set[str]:
    return {name for name, (_, is_optional) in EVENTS[kind].stored_fields.items() if not is_optional}


def test_only_approvers_approve_refuse_withdraw_and_publish() -> None:
    approving = {
        "notice-approved",
        "notice-refused",
        "case-withdrawn",
        "account-published",
        "update-published",
    }
    assert kinds_with(Right.APPROVE) == approving
    assert {"approve", "refuse", "withdraw", "publish", "publish-update"} == OF_PEOPLE_ALONE


def test_a_contact_answers_and_does_nothing_else() -> None:
    assert set(OF_CONTACTS) == {"acknowledge", "ask", "explain", "claim"}
    answering = {kind for kind, event in EVENTS.items() if Right.ANSWER in event.rights}
    assert answering == {BY_WORD[word].kind for word in OF_CONTACTS} | {
        *("case-attached", "link-opened", "device-code-sent", "device-code-refused", "device-added"),
    }


def test_nobody_sends_by_hand_what_follows_by_rule() -> None:
    automatic = {
        "case-escalated", "case-reminded", "notice-released",
        "delivery-queued", "delivery-made", "delivery-failed", "person-alerted",
    }  # fmt: skip
    assert kinds_with(Right.SYSTEM) == automatic
    assert not automatic & {event.kind for event in BY_WORD.values()}
