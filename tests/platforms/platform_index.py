"""The table of docs/platforms/index.md; `python -m tests.platforms.platform_index` writes it."""

import re
from pathlib import Path
from typing import Final

from siaga.domain.answers import Session
from siaga.platforms.platform import Platform
from siaga.platforms.registry import platforms

INDEX: Final = Path(__file__).parents[2] / "docs" / "platforms" / "index.md"
HEAD: Final = (
    "| reader | platform | public | signed in | signs in with | asked at |\n|---|---|---|---|---|---|\n"
)
CREDENTIALS: Final = {
    None: "-",
    "bearer": "access token",
    "password": "account and password",
    "key": "key",
}


def row(platform: Platform) -> str:
    """One platform."""
    cells = [
        f"[`{platform.id}`]({platform.id}.md)",
        platform.label,
        surfaces(platform, Session.PUBLIC),
        surfaces(platform, Session.SIGNED_IN),
        CREDENTIALS[platform.credential],
        f"`{platform.address}`",
    ]
    return f"| {' | '.join(cells)} |\n"


def surfaces(platform: Platform, session: Session) -> str:
    """The surfaces that say something in a session."""
    said = [surface for surface, sessions in platform.surfaces.items() if session in sessions]
    return ", ".join(said) or "-"


def with_table(text: str) -> str:
    """The page, with the table as it has to be."""
    table = HEAD + "".join(map(row, platforms().values()))
    return re.sub(r"^\| reader \|.*?\n(?!\|)", lambda _: table, text, count=1, flags=re.MULTILINE | re.DOTALL)


if __name__ == "__main__":
    INDEX.write_text(with_table(INDEX.read_text(encoding="utf-8")), encoding="utf-8")
