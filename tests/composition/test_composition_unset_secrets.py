"""A missing secret of the room file stops what needs it, and nothing else."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.cases import case_stories as story
from tests.web.acting_room import ActingRoom

from siaga.cases.room_file import Contact, ContactChannel, Mail, OpenIdProvider, PlatformDesk, Secret
from siaga.cases.undelivered import Trouble
from siaga.composition.outbox import DeliveryRoutes, room_secrets
from siaga.composition.unset_secrets import NoSecretSender, mail_sender, unset_secrets
from siaga.domain.credentials import MissingSecret
from siaga.domain.errors import BadInput
from siaga.notifying.channels.email import MailSender
from siaga.notifying.sending import Message

HOOK, PASSWORD = Secret(environment="X_HOOK"), Secret(file="keys/mail")
MAIL = Mail("mail.example", 587, "room@election.example", user="room", password=PASSWORD)
CHANNELS = (
    ContactChannel("webhook", "https://x.example/hook", HOOK),
    ContactChannel("email", "bot@x.example"),
    ContactChannel("letter"),
)
DESK = PlatformDesk("x", "en", (Contact("x-bot", "X Trust", CHANNELS),), ("x-bot",))
ROOM = replace(story.ROOM, platforms=(DESK,), mail=MAIL)
MESSAGE = Message("1", "C-1", "s", "b", "1", datetime(2024, 1, 1, tzinfo=UTC))


async def test_only_the_channels_without_their_secret_are_out(tmp_path: Path) -> None:
    secrets = room_secrets(ROOM, tmp_path, {})
    assert secrets == {}
    with ActingRoom(tmp_path) as acting:
        routes = DeliveryRoutes(acting.election, ROOM, secrets, tmp_path, acting.casework, acting.clock).all()
    is_out = [isinstance(routes["x-bot", number].sender, NoSecretSender) for number in range(3)]
    assert is_out == [True, True, False], "a letter needs no secret"
    outcome = await routes["x-bot", 0].sender.send("", MESSAGE)
    assert (outcome.trouble, "X_HOOK" in outcome.answer) == (Trouble.SETUP, True), "it is tried again"


def test_what_is_out_is_listed_once_each_and_goes_when_the_secret_is_there() -> None:
    mail, hook = MissingSecret(None, None, "keys/mail"), MissingSecret("X Trust", "X_HOOK", None)
    assert list(unset_secrets(ROOM, {})) == [mail, hook]
    assert list(unset_secrets(ROOM, {PASSWORD: "p"})) == [hook]
    assert list(unset_secrets(ROOM, {PASSWORD: "p", HOOK: "h"})) == []
    assert isinstance(mail_sender(MAIL, {}), NoSecretSender)
    assert isinstance(mail_sender(MAIL, {PASSWORD: "p"}), MailSender)
    assert isinstance(mail_sender(replace(MAIL, user=None, password=None), {}), MailSender)


def test_without_the_secret_of_the_provider_the_start_is_refused(tmp_path: Path) -> None:
    provider = OpenIdProvider("https://id.example", "siaga", Secret(environment="ID_SECRET"), "ID")
    with pytest.raises(BadInput) as refused:
        room_secrets(replace(ROOM, openid=provider), tmp_path, {})
    assert [fault.field for fault in refused.value.faults] == ["openid.secret"]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "en",
            (
                "the mail server&#39;s password is missing. Save it in the file mail and restart Siaga.",
                "One channel to X Trust is off: its secret is missing. Set the environment variable X_HOOK",
            ),
        ),
        (
            "id",
            (
                "kata sandi server email belum ada. Simpan di berkas mail, lalu",
                "Satu saluran ke X Trust tidak dapat dipakai: rahasianya belum ada. Isikan variabel",
            ),
        ),
    ],
)
async def test_the_control_rooms_page_says_what_is_out(
    tmp_path: Path, language: str, sentences: tuple[str, str]
) -> None:
    with ActingRoom(tmp_path) as acting:
        acting.more = {"unset": unset_secrets(ROOM, {})}
        inside = await acting.signed_in("citra")
        page = (await inside.get(f"/{language}/room")).text
    for sentence in sentences:
        assert '<p class="warning">' in page
        assert sentence in page
