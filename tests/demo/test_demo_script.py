"""The demo's story as it is judged: it holds when all goes as it should; what goes wrong is seen."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from siaga.cases.case import EXPLAINED, Case, Published, Stage
from siaga.demo.script import (
    FOUND_BY,
    MESSAGES,
    OUTAGE,
    RESTORED,
    RUNNING_MATE,
    WITHHELD,
    judge,
    judge_account,
    judge_cases,
    judge_mail,
)
from siaga.demo.staff import demo_room
from siaga.domain.time import rfc3339
from siaga.domain.verdicts import State, Verdict
from siaga.i18n.speech import Speech
from siaga.simulation.mailbox import ReceivedMail
from siaga.simulation.reading import read_scenario
from siaga.simulation.scenario import shipped_files

MINUTE = timedelta(minutes=1)


def change(subject: str | None, state: State, platform: str = "x") -> Verdict:
    return Verdict(WITHHELD, platform, None, None, subject, state, WITHHELD, 1e3, "round-bet@1")


def story() -> list[Verdict]:
    """As it should go."""
    return [
        replace(change("mahfud", State.SUSPECTED), at=WITHHELD + MINUTE),
        replace(change("mahfud", State.SUPPRESSED), at=FOUND_BY - MINUTE),
        replace(change("ganjar", State.SUPPRESSED), at=RUNNING_MATE[0] + MINUTE),
        replace(change(None, State.PLATFORM_DOWN, "bluesky"), at=OUTAGE[0] + 9 * MINUTE),
        replace(change("mahfud", State.FINDABLE), at=RESTORED + 30 * MINUTE),
    ]


def test_a_story_that_goes_as_it_should_holds() -> None:
    assert all(outcome.held for outcome in judge(story()))


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda s: s[:1] + s[2:], "within an hour"),
        (lambda s: s[:2] + s[3:], "ganjar"),
        (lambda s: s[:3] + s[4:], "outage"),
        (lambda s: s[:4], "findable again"),
        (lambda s: [*s, change("anies", State.SUSPECTED, "bluesky")], "no other name"),
        (
            lambda s: [replace(s[1], at=WITHHELD - MINUTE), *s],
            "before it happened",
        ),
        (lambda s: [*s[:4], replace(s[4], at=RESTORED - MINUTE)], "only after it was restored"),
    ],
)
def test_a_story_that_goes_wrong_is_seen_to(spoil: object, what: str) -> None:
    outcomes = judge(spoil(story()))  # type: ignore[operator]
    wrong = [outcome.what for outcome in outcomes if not outcome.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]


def case_of_mahfud(
    notified: timedelta = 6 * MINUTE, restored: datetime = RESTORED + MINUTE, **more: Any
) -> Case:
    """As it should end."""
    proven = FOUND_BY - MINUTE
    account = Published(RESTORED + 2 * MINUTE, "What happened.")
    facts = {"refused_claims": 1, "published": dict.fromkeys(demo_room("", 25).languages, account), **more}
    case = Case("C-1", "x", "mahfud", None, facts.pop("opened_at", proven), **facts)
    case = case.to(Stage.VERIFIED, proven).to(Stage.NOTIFIED, proven + notified)
    return case.to(Stage.RESTORED, restored).to(Stage.CLOSED, restored)


def case_of_ganjar() -> Case:
    """Once more missing, and then back for good."""
    return Case("C-2", "x", "ganjar", None, RUNNING_MATE[0], stage=Stage.CLOSED, episodes=2)


def test_a_case_that_ends_as_it_should_holds() -> None:
    assert all(outcome.held for outcome in judge_cases([case_of_mahfud(), case_of_ganjar()]))


@pytest.mark.parametrize(
    ("cases", "what"),
    [
        ([case_of_mahfud(opened_at=FOUND_BY + MINUTE)], "within an hour"),
        ([case_of_mahfud(refused_claims=0)], "refused"),
        ([case_of_mahfud(restored=RESTORED - MINUTE)], "closed by measuring"),
        ([case_of_mahfud(notified=16 * MINUTE)], "within a quarter of an hour"),
        ([case_of_mahfud(published={})], "published in both languages"),
        ([case_of_mahfud(), replace(case_of_mahfud(), id="C-3", subject="anies")], "no case is about"),
    ],
)
def test_a_case_that_goes_wrong_is_seen_to(cases: list[Case], what: str) -> None:
    wrong = [outcome.what for outcome in judge_cases([*cases, case_of_ganjar()]) if not outcome.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]


def test_a_relapse_that_was_not_seen_is_missed() -> None:
    once = replace(case_of_ganjar(), episodes=1)
    wrong = [outcome.what for outcome in judge_cases([case_of_mahfud(), once]) if not outcome.held]
    assert wrong == ["ganjar's relapse reopened his case, and it was closed again by measuring"]


SCENARIO = read_scenario(shipped_files("demo-2024")[0])
SPOKEN = dict(zip((Stage.ACKNOWLEDGED, EXPLAINED, Stage.CLAIMED), (m.at for m in MESSAGES), strict=True))


def accounted(
    began: tuple[datetime, datetime] = (WITHHELD - MINUTE, WITHHELD + MINUTE),
    missing_until: datetime = RESTORED - MINUTE,
    spoken: datetime = MESSAGES[0].at,
    tells: bool = True,
) -> Case:
    """The case of `mahfud` with an account that names all its moments."""
    back = RESTORED + 5 * MINUTE
    fine = {"state": "findable", "since": rfc3339(back), "detail": {"missing_until": rfc3339(missing_until)}}
    proof = {"onset": [rfc3339(at) for at in began]}
    case = case_of_mahfud(restored=back + MINUTE, proof=proof, verdict=fine)
    case = replace(case, reached={**case.reached, **SPOKEN, Stage.ACKNOWLEDGED: spoken})
    moments = [*began, missing_until, back, *case.reached.values()] if tells else []
    published = {
        language: Published(back, " ".join(Speech(language, "Asia/Jakarta").clock(at) for at in moments))
        for language in case.published
    }
    return replace(case, published=published)


def test_an_account_that_tells_the_truth_holds() -> None:
    assert all(outcome.held for outcome in judge_account([accounted()], SCENARIO, "Asia/Jakarta"))


@pytest.mark.parametrize(
    ("case", "what"),
    [
        (accounted(began=(WITHHELD + MINUTE, WITHHELD + 2 * MINUTE)), "it began, and ended"),
        (accounted(missing_until=RESTORED + MINUTE), "it began, and ended"),
        (accounted(spoken=MESSAGES[0].at + MINUTE), "what the platform said"),
        (accounted(tells=False), "can be read in it"),
    ],
)
def test_an_account_that_does_not_is_seen_to(case: Case, what: str) -> None:
    wrong = [one.what for one in judge_account([case], SCENARIO, "Asia/Jakarta") if not one.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]


def mail(
    number: int, subject: str, to: str = "oncall", first: int | None = None, text: str = ""
) -> ReceivedMail:
    answers = "" if first is None else f"<{first}>"
    return ReceivedMail(f"<{number}>", answers, to, f"{subject} (case C-1)", text)


NOTICE = mail(1, "please restore it", text="http://127.0.0.1/en/answer/x")
REFUSED = mail(2, "not restored", first=1)
ESCALATED = mail(3, "needs you", to="region")
RESTORED_MAILS = [mail(4, "is restored on", first=1), mail(5, "is restored on", "region", 3)]
MAILS = [NOTICE, REFUSED, ESCALATED, *RESTORED_MAILS]


def test_mail_that_comes_as_it_should_holds() -> None:
    assert all(outcome.held for outcome in judge_mail([case_of_mahfud()], MAILS))


@pytest.mark.parametrize(
    ("mails", "what"),
    [
        ([replace(NOTICE, text="no link"), *MAILS[1:]], "with a link"),
        (MAILS[:3], "to the restoration"),
        ([NOTICE, replace(REFUSED, answers=""), *MAILS[2:]], "one thread"),
        ([NOTICE, REFUSED, REFUSED, *MAILS[2:]], "arrived twice"),
    ],
)
def test_mail_that_goes_wrong_is_seen_to(mails: list[ReceivedMail], what: str) -> None:
    wrong = [outcome.what for outcome in judge_mail([case_of_mahfud()], mails) if not outcome.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]
