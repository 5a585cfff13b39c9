"""The acting room with alerts: Ayu and Bima on the rota, Ayu with a channel."""

from dataclasses import replace
from datetime import time
from typing import Self

from tests.web.acting_room import ActingRoom

from siaga.cases.room_file import Mail, RotaTurn
from siaga.services.alerts import AlertDesk
from siaga.services.cases import CaseDesk


class AlertedSite(ActingRoom):
    """The same, with people who can be woken."""

    def __enter__(self) -> Self:
        super().__enter__()
        turns = [
            RotaTurn(f"person:{id}", frozenset(range(7)), time(0), time(23, 59)) for id in ("ayu", "bima")
        ]
        mail = Mail("127.0.0.1", 25, "notices@siaga.example", starttls=False)
        room = replace(self.casework.room, rota=tuple(turns), mail=mail)
        self.casework = CaseDesk(self.election, room, self.journal, self.clock)
        self.accounts.channels.add("ayu", "email", "ayu.private@host.example", "en")
        self.desk = AlertDesk(
            self.election, room, self.journal, self.casework, self.accounts, self.links, self.clock
        )
        self.more["alerts"] = self.desk
        return self
