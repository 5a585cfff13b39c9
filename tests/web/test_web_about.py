"""What is explained: words in place and in the glossary, who runs it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from markupsafe import escape
from tests.web.acting_room import ActingRoom
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events

from siaga.cases.room_file import RoomFile
from siaga.i18n.glossary import GLOSSARY


async def test_a_word_is_explained_in_place_and_in_the_glossary() -> None:
    async with asking(room_with_events()) as browser:
        glossary = (await browser.get("/en/words")).text
        method = (await browser.get("/en/method")).text
    for id, word in GLOSSARY.items():
        assert f'id="{id}"' in glossary
        assert escape(word.label) in glossary
    assert 'href="/en/words#control" data-meaning="A name outside the election' in method


async def test_who_runs_it_is_said_in_their_own_words(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        room.casework.room = replace(
            room.casework.room, about="The commission's secretariat.", public_contact="desk@siaga.example"
        )
        page = (await room.browser().get("/en/about")).text
    assert "The commission&#39;s secretariat." in page
    assert 'href="mailto:desk@siaga.example"' in page
    assert isinstance(room.casework.room, RoomFile)


async def test_how_long_things_are_kept_is_said_as_the_room_file_has_it(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        usual = (await room.browser().get("/en/about")).text
        room.casework.room = replace(
            room.casework.room, keep_reports=timedelta(days=7), keep_measurements=timedelta(days=90)
        )
        page = (await room.browser().get("/en/about")).text
        indonesian = (await room.browser().get("/id/about")).text
    assert "What people report is erased after 30 days" in usual
    assert "Measurements are kept for good." in usual
    assert "What people report is erased after 7 days" in page
    assert "Measurements are kept for 90 days." in page
    assert "Laporan orang dihapus setelah 7 hari" in indonesian
    assert "Hasil pengukuran disimpan selama 90 hari." in indonesian
