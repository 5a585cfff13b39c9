"""Lays a formal letter ready as PDF, for people to print and hand over."""

import os
import re
from pathlib import Path
from typing import Final

from siaga.cases.channels import ChannelForm
from siaga.cases.undelivered import Trouble
from siaga.i18n.speech import Speech
from siaga.notifying.channel import Annex, ChannelSetup, NoticeChannel, Picture
from siaga.notifying.sending import Message, SendOutcome

FOLDER: Final = "letters"
_NAME: Final = re.compile(r"[A-Za-z0-9._-]{1,150}", re.ASCII)


class LetterSender:
    """Lays letters ready in a directory."""

    def __init__(
        self,
        directory: Path,
        room: str,
        to: str,
        speech: Speech,
        annex: Annex,
        picture: Picture | None = None,
    ) -> None:
        self._directory, self._room, self._to = directory / FOLDER, room, to
        self._speech, self._annex, self._picture = speech, annex, picture

    async def send(self, address: str, message: Message) -> SendOutcome:
        """Write the letter. Writing it again gives the same file."""
        if _NAME.fullmatch(message.id) is None:
            return SendOutcome("Its id is no file name.", Trouble.MESSAGE)
        from siaga.notifying.letter import letter  # noqa: PLC0415 - the PDF library takes a second to import

        chart = None if self._picture is None else await self._picture(message.case, message.at)
        page = letter(self._room, self._to, message, self._speech, self._annex(message.case), chart)
        try:
            self._directory.mkdir(exist_ok=True)
            temporary = self._directory / f"{message.id}.new"
            with temporary.open("wb") as file:
                file.write(page)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._directory / f"{message.id}.pdf")
        except OSError as error:
            return SendOutcome(f"The letter could not be written: {error.strerror}.", Trouble.LATER)
        return SendOutcome(f"Ready to print: {FOLDER}/{message.id}.pdf")


def _sender(setup: ChannelSetup) -> LetterSender:
    return LetterSender(setup.directory, setup.room, setup.contact, setup.speech, setup.annex, setup.picture)


CHANNEL: Final = NoticeChannel(
    ChannelForm("letter", "a PDF for people to print and hand over", printed=True), _sender
)
