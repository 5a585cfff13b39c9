"""`siaga watch` as an operator starts it wrongly, and the demo's story as it is judged."""

import os
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siaga import cli
from siaga.cases.case import Case, Published, Stage
from siaga.demo.script import (
    FOUND_BY,
    OUTAGE,
    RESTORED,
    RUNNING_MATE,
    WITHHELD,
    judge,
    judge_cases,
    judge_mail,
)
from siaga.domain.verdicts import State, Verdict
from siaga.i18n.speech import languages
from siaga.simulation.mailbox import ReceivedMail
from siaga.simulation.scenario import shipped_files

_, ELECTION = shipped_files("january-2024")
MINUTE = timedelta(minutes=1)


def watch(*words: str, directory: Path, token: str | None = "t0ken") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "SIAGA_SIMULATED_TOKEN"}
    if token is not None:
        environment["SIAGA_SIMULATED_TOKEN"] = token
    return subprocess.run(
        [sys.executable, "-m", "siaga", "watch", *words, "--directory", str(directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def test_a_credential_that_is_not_there_is_named_and_nothing_is_begun(tmp_path: Path) -> None:
    told = watch(str(ELECTION), "--port", "0", directory=tmp_path / "data", token=None)
    assert told.returncode == 2
    assert "SIAGA_SIMULATED_TOKEN" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "data").exists()


def test_public_pages_that_have_no_place_are_said_and_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    public = str(tmp_path / "file" / "public")
    told = watch(str(ELECTION), "--port", "0", "--public", public, directory=tmp_path / "data")
    assert told.returncode == 2
    assert "--public" in told.stderr
    assert "Traceback" not in told.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_said_and_nothing_is_begun(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = watch(str(ELECTION), "--port", str(port), directory=tmp_path / "data")
    assert told.returncode == 2
    assert f"127.0.0.1:{port}" in told.stderr
    assert not (tmp_path / "data").exists()


def test_a_bad_election_file_is_told_by_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\nid: y\n")
    told = watch(str(bad), directory=tmp_path / "data")
    assert told.returncode == 2
    assert f"{bad}:2" in told.stderr


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
    assert all(one.held for one in judge(story()))


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
    outcome = judge(spoil(story()))  # type: ignore[operator]
    wrong = [one.what for one in outcome if not one.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]


def test_a_fault_of_our_own_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise AttributeError("a mistake of ours")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    assert "fault of Siaga itself" in capsys.readouterr().err


def case_of_mahfud(
    notified: timedelta = 6 * MINUTE, restored: datetime = RESTORED + MINUTE, **more: Any
) -> Case:
    """As it should end."""
    proven = FOUND_BY - MINUTE
    account = Published(RESTORED + 2 * MINUTE, "What happened.")
    facts = {"refused_claims": 1, "published": dict.fromkeys(languages(), account), **more}
    case = Case("C-1", "x", "mahfud", None, facts.pop("opened_at", proven), **facts)
    case = case.to(Stage.VERIFIED, proven).to(Stage.NOTIFIED, proven + notified)
    return case.to(Stage.RESTORED, restored).to(Stage.CLOSED, restored)


def test_a_case_that_ends_as_it_should_holds() -> None:
    assert all(one.held for one in judge_cases([case_of_mahfud()]))


@pytest.mark.parametrize(
    ("cases", "what"),
    [
        ([case_of_mahfud(opened_at=FOUND_BY + MINUTE)], "within an hour"),
        ([case_of_mahfud(refused_claims=0)], "refused"),
        ([case_of_mahfud(restored=RESTORED - MINUTE)], "closed by measuring"),
        ([case_of_mahfud(notified=16 * MINUTE)], "within a quarter of an hour"),
        ([case_of_mahfud(published={})], "published in both languages"),
        ([case_of_mahfud(), replace(case_of_mahfud(), id="C-2", subject="anies")], "no case is about"),
    ],
)
def test_a_case_that_goes_wrong_is_seen_to(cases: list[Case], what: str) -> None:
    wrong = [one.what for one in judge_cases(cases) if not one.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]


def mail(
    number: int, subject: str, to: str = "oncall", first: int | None = None, text: str = ""
) -> ReceivedMail:
    answers = "" if first is None else f"<{first}>"
    return ReceivedMail(f"<{number}>", answers, to, f"{subject} (case C-1)", text)


NOTICE = mail(1, "please restore it", text="http://127.0.0.1/en/answer/x")
REFUSED = mail(2, "is not back yet", first=1)
ESCALATED = mail(3, "needs you", to="region")
RESTORED_MAILS = [mail(4, "is restored, verified", first=1), mail(5, "is restored, verified", "region", 3)]
MAILS = [NOTICE, REFUSED, ESCALATED, *RESTORED_MAILS]


def test_mail_that_comes_as_it_should_holds() -> None:
    assert all(one.held for one in judge_mail([case_of_mahfud()], MAILS))


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
    wrong = [one.what for one in judge_mail([case_of_mahfud()], mails) if not one.held]
    assert len(wrong) == 1, wrong
    assert what in wrong[0]
