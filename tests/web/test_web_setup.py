"""A newcomer sets a watch up in the browser: from the link in the terminal to a watch's files."""

import re
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pyotp
import pytest
from tests.notifying.receivers import Mailbox, mail_server
from tests.web.browsing import client, fields, token

from siaga.cli.election_files import read_election_file
from siaga.cli.room_files import room_of
from siaga.composition.example_election import example_election
from siaga.composition.instances import instances
from siaga.composition.outbox import room_secrets
from siaga.composition.secrets import keep_secret, kept_secrets, read_secret
from siaga.composition.setup_desk import SetupDesk
from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock, SystemClock
from siaga.i18n.speech import languages
from siaga.people.roles import StaffRole
from siaga.ports.setup import ContactDraft, RoomDraft
from siaga.simulation.reading import parse_scenario
from siaga.simulation.scenario import shipped_files
from siaga.simulation.server import SimulatedPlatforms
from siaga.web.app import LOCAL_HOSTS
from siaga.web.setup.app import create_setup_site
from siaga.web.setup.door import LINK_HOLDS, SESSION_HOLDS, SetupDoor

ELECTION_FILE = shipped_files("january-2024")[1]
SCENARIO = parse_scenario(
    "scenario: calm\nstarts: 2024-01-24T18:00:00+07:00\nends: 2024-01-24T21:00:00+07:00\nsteps: []\n"
)
PASSWORD = "correct horse battery"
VARIABLE = "SIAGA_SIMULATED_TOKEN"
STEPS = ("election", "people", "platforms", "room", "start")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[SetupDesk]:
    with SetupDesk(tmp_path, SystemClock(), lambda: None, environment={}) as opened:
        yield opened


@asynccontextmanager
async def entered(desk: SetupDesk) -> AsyncIterator[httpx.AsyncClient]:
    """A browser that has opened the link."""
    door = SetupDoor(SystemClock())
    async with client(create_setup_site(desk, door, LOCAL_HOSTS)) as browser:
        opened = await browser.get(f"/setup/{door.link()}", headers={"accept-language": "en"})
        assert (opened.status_code, opened.headers["location"]) == (303, "/en/setup")
        yield browser


async def send(browser: httpx.AsyncClient, step: str, **typed: str) -> httpx.Response:
    """Send the form of a step's page, filled in."""
    page = (await browser.get(f"/en/setup/{step}")).text
    return await browser.post(f"/en/setup/{step}", data=token(page) | typed)


async def take(browser: httpx.AsyncClient, text: str) -> httpx.Response:
    """Upload an election file."""
    page = (await browser.get("/en/setup")).text
    upload = {"file": ("mine.yaml", text.encode())}
    return await browser.post("/en/setup/election", data=token(page) | {"how": "given"}, files=upload)


def files_in(directory: Path) -> list[Path]:
    return [path for path in sorted(directory.rglob("*")) if path.is_file()]


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# The link


async def test_the_link_opens_once_and_nothing_is_there_without_it(desk: SetupDesk) -> None:
    door = SetupDoor(SystemClock())
    link = door.link()
    assert len(link) >= 43, "256 bits"
    with pytest.raises(RuntimeError):
        door.link()
    site = create_setup_site(desk, door, LOCAL_HOSTS)
    async with client(site) as stranger, client(site) as browser:
        for step in STEPS:
            assert (await stranger.get(f"/en/setup/{step}")).status_code == 403
            assert (await stranger.post(f"/en/setup/{step}", data={"csrf": "0"})).status_code == 403
        assert (await stranger.get("/setup/wrong")).status_code == 410
        opened = await browser.get(f"/setup/{link}")
        assert opened.status_code == 303
        assert link not in opened.headers["location"]
        assert "HttpOnly" in opened.headers["set-cookie"]
        assert (await browser.get("/en/setup")).status_code == 200
        assert (await stranger.get(f"/setup/{link}")).status_code == 410, "it is used up"
        assert (await stranger.get("/en/setup")).status_code == 403


def test_the_link_and_what_it_opened_end() -> None:
    clock = SimulatedClock(SCENARIO.starts)
    late, door = SetupDoor(clock), SetupDoor(clock)
    session = door.enter(door.link())
    assert session is not None
    clock.advance(LINK_HOLDS)
    assert late.enter(late.link()) is None
    assert door.is_open_to(session)
    assert not door.is_open_to("")
    clock.advance(SESSION_HOLDS - LINK_HOLDS + timedelta(seconds=1))
    assert not door.is_open_to(session)


async def test_other_hosts_other_sites_and_forms_of_others_are_refused(desk: SetupDesk) -> None:
    async with entered(desk) as browser:
        page = await browser.get("/en/setup")
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text
        assert (await browser.get("/en/setup", headers={"host": "evil.example"})).status_code == 421
        elsewhere = {"sec-fetch-site": "cross-site"}
        data = token(page.text) | {"how": "example"}
        assert (await browser.post("/en/setup/election", data=data, headers=elsewhere)).status_code == 403
        assert (await browser.post("/en/setup/election", data={"how": "example"})).status_code == 403
        large = "x" * (200 * 1024)
        assert (await browser.post("/en/setup/election", data=data | {"text": large})).status_code == 413
        assert not desk.files()
        assert (await browser.get("/xx/setup")).status_code == 404
        assert (await browser.get("/en/setup/people")).status_code == 404, "the election comes first"


# Step by step


async def test_faults_of_an_election_file_are_said_by_line_and_field_and_nothing_is_written(
    desk: SetupDesk, tmp_path: Path
) -> None:
    async with entered(desk) as browser:
        answer = await take(browser, example_election().replace("votes: 2029-02-14", "votes: soon"))
        assert answer.status_code == 422
        assert re.search(r"Line \d+</strong>, <code>votes</code>", answer.text)
        assert (await take(browser, " ")).status_code == 422
        assert files_in(tmp_path) == []
        example = await browser.get("/en/setup")
        posted = await browser.post("/en/setup/election", data=token(example.text) | {"how": "example"})
        assert posted.headers["location"] == "/en/setup/people"
        late = {"how": "given", "text": "election: other"} | token(example.text)
        again = await browser.post("/en/setup/election", data=late)
        assert again.status_code == 422
    assert read_election_file(tmp_path / "election.yaml").id == "my-election"
    assert rights(tmp_path / "election.yaml") == 0o600


async def test_the_first_account_administers_and_may_have_a_second_factor(desk: SetupDesk) -> None:
    desk.take_example()
    assert desk.accounts is not None
    async with entered(desk) as browser:
        weak = await send(browser, "people", id="ayu", password="short", again="short")
        assert weak.status_code == 422
        differ = await send(browser, "people", id="ayu", password=PASSWORD, again=PASSWORD + "x")
        assert "The two passwords differ." in differ.text
        assert desk.accounts.members() == ()
        page = await send(
            browser, "people", id="ayu", label="Ayu", password=PASSWORD, again=PASSWORD, role="watcher"
        )
        assert [member.role for member in desk.accounts.members()] == [StaffRole.ADMINISTRATOR]
        assert PASSWORD not in page.text
        typed = fields(page.text, "/en/setup/second-factor")
        wrong = await browser.post("/en/setup/second-factor", data=typed | {"code": "000000"})
        assert "This is not the code" in wrong.text
        code = pyotp.TOTP(typed["secret"]).now()
        done = await browser.post("/en/setup/second-factor", data=typed | {"code": code})
        assert "Keep these recovery codes" in done.text
        assert desk.accounts.members()[0].second_factor
        await send(browser, "people", id="bima", password=PASSWORD, again=PASSWORD, role="approver")
        roles = {member.id: member.role for member in desk.accounts.members()}
        assert roles["bima"] is StaffRole.APPROVER
        odd = await send(browser, "people", id="citra", password=PASSWORD, again=PASSWORD, role="king")
        assert odd.status_code == 400


async def test_a_credential_is_tried_live_and_kept_where_the_watch_looks_for_it(
    desk: SetupDesk, tmp_path: Path
) -> None:
    declared, clock = read_election_file(ELECTION_FILE), SystemClock()
    async with SimulatedPlatforms(declared, SCENARIO, clock) as platforms:
        first = declared.vantages[0].id
        parts = ELECTION_FILE.read_text(encoding="utf-8").split("address: http://127.0.0.1:9")
        places = [platforms.address(platform.id, first) for platform in declared.platforms]
        text = "".join(
            part + (f"address: {places[number]}" if number < len(places) else "")
            for number, part in enumerate(parts)
        )
        desk.take_election(text.encode())
        async with entered(desk) as browser:
            assert "SIAGA_SIMULATED_TOKEN" in (await browser.get("/en/setup/platforms")).text
            refused = await send(browser, "platforms", platform="x", secret="wrong")
            assert "The platform refused it." in refused.text
            assert kept_secrets(tmp_path) == {}
            refused = await send(browser, "platforms", platform="bluesky", secret="wrong")
            assert "The platform refused it." in refused.text
            answered = platforms.answered
            good = await send(browser, "platforms", platform="x", secret=platforms.token)
            assert "It works: the platform answered." in good.text
            assert platforms.answered - answered == 1, "one request"
            assert platforms.token not in good.text
            assert kept_secrets(tmp_path) == {VARIABLE: platforms.token}
            assert rights(tmp_path / "secrets.env") == 0o600
            good = await send(browser, "platforms", platform="bluesky")
            assert good.text.count("It works: the platform answered.") == 2, "the one variable is there"
            assert (await send(browser, "platforms", platform="nowhere")).status_code == 422
            again = await send(browser, "platforms", platform="x", secret=platforms.token)
            assert "secrets.env already holds SIAGA_SIMULATED_TOKEN." in again.text
        known = instances(read_election_file(tmp_path / "election.yaml"), tmp_path, {})
        assert known.missing == []
        others = [path for path in files_in(tmp_path) if path.name != "secrets.env"]
        assert len(others) > 2
        assert not any(platforms.token.encode() in path.read_bytes() for path in others), "in no journal"


async def test_a_platform_out_of_reach_is_said_and_its_credential_is_saved_if_wanted(
    desk: SetupDesk, tmp_path: Path
) -> None:
    desk.take_election(ELECTION_FILE.read_bytes())
    async with entered(desk) as browser:
        answer = await send(browser, "platforms", platform="x", secret="a token")
        assert "Check this machine" in answer.text
        assert kept_secrets(tmp_path) == {}
        await send(browser, "platforms", platform="x", secret="a token", anyway="1")
        assert kept_secrets(tmp_path) == {VARIABLE: "a token"}


async def test_the_room_file_is_tested_and_written_with_its_secrets_beside(
    desk: SetupDesk, tmp_path: Path
) -> None:
    desk.take_example()
    assert desk.accounts is not None
    desk.accounts.add("ayu", "Ayu", StaffRole.ADMINISTRATOR, PASSWORD, "test")
    async with mail_server(Mailbox()) as mailbox, entered(desk) as browser:
        typed = {
            "label": 'The "room": #1',
            "address": "http://127.0.0.1:8024",
            "on-call": "ayu",
            "mail-host": "127.0.0.1",
            "mail-port": str(mailbox.port),
            "mail-sender": "room@election.example",
            "contact-label-mastodon": "Liaison",
            "contact-kind-mastodon": "email",
            "contact-address-mastodon": "liaison@platform.example",
            "contact-label-nostr": "Relay",
            "contact-kind-nostr": "webhook",
            "contact-address-nostr": "https://127.0.0.1:9/hook",
            "contact-secret-nostr": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        }
        mine = await send(
            browser, "room", **typed, **{"test": "mail", "test-address": "ayu@election.example"}
        )
        assert "The test message was accepted" in mine.text
        theirs = await send(browser, "room", **typed, test="mastodon")
        assert "The test message was accepted" in theirs.text
        assert mailbox.recipients == ["ayu@election.example", "liaison@platform.example"]
        failed = await send(browser, "room", **typed, test="nostr")
        assert "The test message was not accepted" in failed.text
        assert typed["contact-secret-nostr"] not in failed.text
        nowhere = await send(browser, "room", **typed, test="mail")
        assert "There is no address for the test." in nowhere.text
        assert not desk.has_room
        bad = await send(browser, "room", **{**typed, "address": "http://election.example"})
        assert bad.status_code == 422
        assert "<code>address</code>" in bad.text
        without = {**typed, "contact-secret-nostr": ""}
        assert "SIAGA_NOSTR_CONTACT_SECRET" in (await send(browser, "room", **without)).text
        assert not desk.has_room
        written = await send(browser, "room", **typed)
        assert written.headers["location"] == "/en/setup/start"
        page = (await browser.get("/en/setup/start")).text
        assert "siaga watch election.yaml --room room.yaml --directory siaga-data/my-election" in page
        for name in ("election.yaml", "room.yaml", "secrets.env"):
            assert f"<code>{name}</code> <span>rights 0600</span>" in page
    election = read_election_file(tmp_path / "election.yaml")
    room = room_of(tmp_path / "room.yaml", election)
    assert (room.label, [turn.person for turn in room.rota]) == ('The "room": #1', ["person:ayu"])
    assert list(room_secrets(room, tmp_path, {}).values()) == [typed["contact-secret-nostr"]]
    with pytest.raises(BadInput, match=r"room\.yaml is there already"):
        desk.write_room(
            RoomDraft("R", "http://127.0.0.1:1", contacts=[ContactDraft("nostr", "L", "letter")]), {}
        )


async def test_each_step_reads_in_each_language_and_the_watch_is_started_once_the_answer_is_sent(
    tmp_path: Path,
) -> None:
    begun: list[bool] = []
    with SetupDesk(tmp_path, SystemClock(), lambda: begun.append(True), environment={}) as desk:
        desk.take_example()
        async with entered(desk) as browser:
            for language in languages():
                for step in STEPS:
                    page = await browser.get(f"/{language}/setup/{step}")
                    assert page.status_code == 200
                    assert page.headers["content-language"] == language
            started = await send(browser, "start")
            assert "Siaga is starting" in started.text
            assert begun == [True]


def test_what_is_there_is_taken_up_and_a_bad_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "election.yaml").write_text(example_election(), encoding="utf-8")
    with SetupDesk(tmp_path, SystemClock(), lambda: None, environment={}) as desk:
        assert desk.election is not None
    (tmp_path / "election.yaml").write_text("election: x\n", encoding="utf-8")
    with pytest.raises(BadInput):
        SetupDesk(tmp_path, SystemClock(), lambda: None, environment={})


# The file of secrets


@pytest.mark.parametrize("secret", ["plain", 'with "quotes" and \\', "a=b #c $d 'e'", "é"])
def test_a_secret_is_read_as_it_was_written(secret: str, tmp_path: Path) -> None:
    keep_secret(tmp_path, "NAME", secret)
    assert read_secret("NAME", None, tmp_path, {}) == secret
    assert read_secret("NAME", None, tmp_path, {"NAME": "of the environment"}) == "of the environment"
    assert read_secret("OTHER", None, tmp_path, {}) == ""


def test_a_file_of_secrets_by_hand_is_read_and_a_name_in_it_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("# mine\n\n ONE=1 \nTWO='2 2'\nno line\n", encoding="utf-8")
    assert kept_secrets(tmp_path) == {"ONE": "1", "TWO": "2 2"}
    with pytest.raises(BadInput):
        keep_secret(tmp_path, "ONE", "new")
    for bad in ("", "two\nlines", "x" * 20_000):
        with pytest.raises(BadInput):
            keep_secret(tmp_path, "THREE", bad)
    assert kept_secrets(tmp_path) == {"ONE": "1", "TWO": "2 2"}
