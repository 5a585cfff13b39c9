"""Pages of contestants, platforms, surfaces, vantages and events: their charts and stretches of time."""

import io
from xml.etree import ElementTree

import httpx
import pytest
from PIL import Image
from tests.web.browsing import asking
from tests.web.sample_room import room_with_events


async def test_a_chart_can_be_taken_along_as_svg_png_and_csv() -> None:
    async with asking(room_with_events()) as browser:
        for path in (
            "names/x/mahfud",
            "platforms/x",
            "contestants/ganjar-mahfud",
            "vantages/jakarta",
            "events/debate-4",
        ):
            svg = await browser.get(f"/en/{path}/chart.svg")
            ElementTree.fromstring(svg.content)
            assert "<style>" in svg.text
            png = await browser.get(f"/en/{path}/chart.png")
            with Image.open(io.BytesIO(png.content)) as picture:
                assert (picture.format, picture.width) == ("PNG", 1920)
                assert len(picture.convert("L").getcolors() or range(300)) > 20, (
                    "letters and shapes are drawn"
                )
            csv = await browser.get(f"/en/{path}/rounds.csv")
            assert len(csv.text.splitlines()) > 10
            assert csv.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "query",
    [
        "span=3h",
        "from=yesterday&to=now",
        "from=2024-01-25T00:00Z&to=2024-01-24T00:00Z",
        "from=2024-01-24T00:00Z&to=2024-01-24T00:01Z",
        "from=1024-01-24T00:00Z&to=2024-01-24T00:00Z",
        "from=0001-01-01T00:00Z&to=0001-01-02T00:00Z",
        "from=2024-01-24T00:00Z&to=9999-12-31T23:59-14:00",
        "from=2024-01-24T00:00Z",
        "from=99999-01-24T00:00Z&to=2024-01-24T00:00Z",
        "part=9",
        "part=-1",
    ],
)
async def test_a_stretch_that_makes_no_sense_is_refused_and_helps(query: str) -> None:
    async with asking(room_with_events()) as browser:
        answer = await browser.get(f"/en/platforms/x/chart.svg?{query}")
        assert answer.status_code in {400, 404}
        assert "Back to overview" in answer.text


async def test_a_platform_s_page_shows_its_gravest_incident_at_first_sight(
    alarmed: httpx.AsyncClient,
) -> None:
    page = (await alarmed.get("/en/platforms/x")).text
    figure = page[page.index('id="incident"') :]
    assert page.index('id="incident"') < page.index("Compare all contestants")
    assert "is missing on X. Missing in" in figure
    assert figure.index('class="shade"') < figure.index("</figure>")
    assert 'id="incident"' not in (await alarmed.get("/en/vantages/jakarta")).text
