"""The words of every page: of one language, labels instead of ids, and times that say what they are."""

import re
from collections.abc import AsyncIterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final, NamedTuple

import pytest
from tests.web.all_pages import pages_of
from tests.web.busy_room import BusyRoom

from siaga.i18n.speech import languages
from siaga.web.html.menu import Audience

ONLY_ENGLISH: Final = frozenset(
    re.findall(
        r"\w+", "the is are of and to for was were not cannot has have with from this that which since"
    )
)
ONLY_INDONESIAN: Final = frozenset(
    re.findall(
        r"\w+",
        "yang dan di ke dari untuk dengan tidak adalah ini itu pada oleh sudah belum akan atau sejak dapat",
    )
)
OF_ANOTHER: Final = {"en": ONLY_INDONESIAN, "id": ONLY_ENGLISH}
"""Words that a page in a language never says of itself."""
LABELLED: Final = re.compile(
    r"\b(spam-cleanup|search-(latest|top)|ganjar-mahfud|anies-muhaimin|credential-renewed|"
    r"jakarta|surabaya|bluesky|x-oncall|x-region|"
    r"(person|liaison):\w+|suppressed|impaired|vantage_blocked|watcher|false-report)\b"
)
"""Words of the record that have labels."""
OF_THE_RECORD: Final = "/data/columns"
"""The page that explains the words of the record."""
NOT_SAID: Final = re.compile(r"(?<!-)\b(1970|NaN|None|undefined)\b")
SUBJECT: Final = re.compile(r".* (is|has|are) .*: please restore \(case C-1\)")
"""Of a notice: it stays in the platform's language."""
CLOCK: Final = re.compile(r"\b\d\d[.:]\d\d\b")
SPOKEN: Final = frozenset({"alt", "aria-label", "title", "placeholder", "label"})
"""Attributes that people read or hear."""
TAKEN_ALONG: Final = frozenset({"head", "textarea", "pre"})
"""Whose text is seen elsewhere: in tabs, search engines and what is copied."""
VOID: Final = frozenset({"meta", "link", "input", "br", "img", "hr", "source", "col"})
ANSWERED: Final = frozenset({200, 403, 404, 410})


class Words(NamedTuple):
    """One text of a page."""

    path: str
    language: str
    """The one that it is marked with."""
    inside: frozenset[str]
    """The elements around it."""
    text: str


class PageText(HTMLParser):
    """Collects what a page says, each text with its language."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path, self.words = path, list[Words]()
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang") or (self._open[-1][1] if self._open else "")
        self._open.append((tag, language))
        for name, value in given.items():
            is_described = name == "content" and "description" in given.get("name", given.get("property", ""))
            is_filled_in = name == "value" and given.get("type") == "submit"
            if name in SPOKEN or is_described or is_filled_in:
                self._say(value)
        if tag in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if any(tag == opened for opened, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if data.strip() and self._open and self._open[-1][0] not in {"style", "script", "code"}:
            self._say(data)

    def _say(self, text: str) -> None:
        inside = frozenset(tag for tag, _ in self._open)
        self.words.append(Words(self.path, self._open[-1][1], inside, " ".join(text.split())))


async def texts(room: BusyRoom) -> list[Words]:
    """What all pages say, in all languages: those of everybody to a stranger, the others to an
    administrator."""
    everybody = [*pages_of(room.ports(), Audience.EVERYBODY, Audience.SIGNED_OUT), *room.visited, "nothing"]
    inside = pages_of(room.ports(), Audience.ROOM, Audience.ADMINISTRATORS)
    cases = [f"cases/{id}" for id in room.casework.cases]
    views = ["cases/C-1/notice?type=restore", "room?unfold=mahfud", "history", *cases]
    found: list[Words] = []
    for browser, paths in (
        (room.browser(), everybody),
        (await room.signed_in("eka"), [*inside, *views]),
    ):
        for language in languages():
            for path in paths:
                page = await browser.get(f"/{language}/{path}")
                assert page.status_code in ANSWERED, (path, page.status_code)
                if page.headers["content-type"].startswith("text/html"):
                    read = PageText(f"{language}/{path}")
                    read.feed(page.text)
                    found += read.words
    return found


@pytest.fixture
async def said(tmp_path: Path) -> AsyncIterator[list[Words]]:
    with BusyRoom(tmp_path) as room:
        async with room.begin():
            await room.happen()
            yield await texts(room)


def is_of_another_language(words: Words) -> bool:
    """Whether a text that no person wrote has words of a language that it is not marked with."""
    own = SUBJECT.sub("", re.sub(r"\S+://\S+", "", words.text))
    found = re.findall(r"[a-z]+", own.lower())
    return "q" not in words.inside and not OF_ANOTHER[words.language].isdisjoint(found)


async def test_every_text_is_of_its_page_s_language_with_labels_and_times_of_its_own(
    said: list[Words],
) -> None:
    assert len({words.path for words in said}) > 100
    unmarked = [words for words in said if words.language not in OF_ANOTHER]
    foreign = [words for words in said if is_of_another_language(words)]
    raw = [words for words in said if LABELLED.search(words.text) and OF_THE_RECORD not in words.path]
    unsaid = [words for words in said if NOT_SAID.search(words.text)]
    colons = [words for words in said if words.language == "id" and ":" in "".join(CLOCK.findall(words.text))]
    zoneless = [
        words
        for words in said
        if not TAKEN_ALONG.isdisjoint(words.inside) and CLOCK.search(words.text) and "WIB" not in words.text
    ]
    assert not unmarked, unmarked
    assert not foreign, foreign
    assert not raw, raw
    assert not unsaid, unsaid
    assert not colons, colons
    assert not zoneless, zoneless
