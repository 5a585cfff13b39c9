"""What others show of the present state: pictures of shared links, badges to embed."""

import io

from PIL import Image
from tests.web import sample_room as sample
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events


async def test_a_shared_link_brings_a_picture_of_the_present_state() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/en/")).text
        assert '<meta property="og:image" content="http://127.0.0.1:8000/en/card.png">' in page
        assert 'property="og:description" content="Mahfud MD &lt;script&gt; is missing' in page
        assert "card.png?of=mahfud" in (await browser.get("/en/cases/C-2")).text
        card = await browser.get("/en/card.png")
        with Image.open(io.BytesIO(card.content)) as picture:
            assert picture.size == (1200, 630)
        drawn = (await browser.get("/en/card.svg")).text
        assert "Mahfud MD &lt;script&gt;" in drawn
        assert card.headers["cross-origin-resource-policy"] == "cross-origin"
        assert "missing or reduced" in (await browser.get("/en/badge.svg?of=mahfud")).text
        assert "not fully measured" in (await browser.get("/en/badge.svg?of=anies")).text
        assert (await browser.get("/en/card.svg?of=nobody")).status_code == 404


async def test_the_badge_is_green_only_where_everything_was_measured() -> None:
    room = sample.calm()
    async with asking(room) as browser:
        assert "all can be found" in (await browser.get("/en/badge.svg")).text
        assert "Anies Baswedan: can be found" in (await browser.get("/en/badge.svg?of=anies")).text
        room.said = room.said[1:]
        assert "not fully measured" in (await browser.get("/en/badge.svg")).text


async def test_what_to_embed_is_there_to_copy() -> None:
    async with asking(room_with_events()) as browser:
        page = (await browser.get("/id/embed?of=mahfud")).text
    assert "&lt;img src=&#34;http://127.0.0.1:8000/id/badge.svg?of=mahfud&#34;" in page
