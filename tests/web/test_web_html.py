"""What is around every page: the tour from page to page, the language."""

import re

import pytest
from starlette.requests import Request
from tests.web.browsing import asking, client
from tests.web.sample_room import room_with_events

from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.html import rendering
from siaga.web.html.tour import TOUR


async def test_the_tour_leads_from_page_to_page_without_javascript() -> None:
    async with client(create_site(SitePorts(room_with_events(), touring=True), fresh_s=0)) as browser:
        page = (await browser.get("/en/")).text
        for number, stop in enumerate(TOUR, start=1):
            link = re.search(rf'href="([^"]*tour={number}#[\w-]+)"', page)
            assert link, f"stop {number}"
            address, _, part = link[1].partition("#")
            assert part == stop.part
            if stop.path in {"measure", "sign-in"}:  # not in this sample room
                page = page.replace(f"tour={number}", "")
                page += (
                    f'<a href="/en/{TOUR[number].path}?tour={number + 1}#{TOUR[number].part}">'
                    if number < len(TOUR)
                    else ""
                )
                continue
            page = (await browser.get(address)).text
            assert f'id="{part}"' in page, stop
        usual = (await asking(room_with_events()).get("/en/?tour=1")).text
        assert 'class="tour"' not in usual


def test_who_asks_for_no_language_of_ours_reads_indonesian_whatever_catalogues_are_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rendering, "languages", lambda: ("de", "id", "en"))

    def preferred(accepted: str) -> str:
        headers = [(b"accept-language", accepted.encode())]
        return rendering.preferred_language(Request({"type": "http", "headers": headers}))

    assert [preferred(accepted) for accepted in ("", "fr", "fr, de;q=0.5", "en-GB,en")] == [
        "id",
        "id",
        "de",
        "en",
    ]
