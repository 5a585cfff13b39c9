"""Pages for wrong addresses and for mistakes of ours: they help and tell nothing inside."""

from datetime import timedelta
from typing import NoReturn

import httpx
import pytest
from tests.web import sample_room as sample

from siaga.domain.errors import Busy
from siaga.ports.site import SitePorts
from siaga.web.app import create_site


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/names/x/nobody", 404),
        ("/en/myspace/mahfud", 404),
        ("/xx/", 404),
        ("/en/names/x/mahfud?span=9y", 400),
        ("/en/names/x/mahfud?surface=trends", 400),
    ],
)
async def test_a_wrong_address_gets_a_helpful_page(
    alarmed: httpx.AsyncClient, address: str, status: int
) -> None:
    answer = await alarmed.get(address)
    assert answer.status_code == status
    assert 'href="/en/"' in answer.text or 'href="/id/"' in answer.text


async def test_a_mistake_of_ours_is_a_page_that_helps_and_tells_nothing_inside() -> None:
    room = sample.calm()
    room.treatment = lambda: 1 / 0  # type: ignore[method-assign,assignment,return-value]
    app = create_site(SitePorts(room), fresh_s=0)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
        answer = await browser.get("/id/equal")
        assert (answer.status_code, answer.headers["cache-control"]) == (500, "no-store")
        assert "Terjadi kesalahan di pihak kami" in answer.text
        assert "ZeroDivisionError" not in answer.text
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize("address", ["/en/equal", "/api/v1/tail?after=0"])
async def test_what_is_too_busy_is_said_with_when_to_come_again(address: str) -> None:
    def busy(*_: object) -> NoReturn:
        raise Busy(timedelta(seconds=4.2))

    room = sample.calm()
    room.treatment = room.tail = busy  # type: ignore[method-assign,assignment]
    transport = httpx.ASGITransport(app=create_site(SitePorts(room), fresh_s=0))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        answer = await client.get(address)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "english", "indonesian"),
    [
        ("cases/C-99", "Case C-99 does not exist", "Kasus C-99 tidak ada"),
        ("contestants/nobody", "no contestant nobody", "Tidak ada peserta nobody"),
        ("platforms/myspace", "no platform myspace", "Tidak ada platform myspace"),
        ("vantages/moon", "no measurement point moon", "Tidak ada titik pantau moon"),
        ("events/never", "no event never", "Tidak ada agenda never"),
        ("nothing/at/all/of/it", "This page does not exist", "Halaman ini tidak ada"),
    ],
)
async def test_what_is_not_there_is_named_in_the_language_of_the_page(
    alarmed: httpx.AsyncClient, path: str, english: str, indonesian: str
) -> None:
    for language, text in (("en", english), ("id", indonesian)):
        answer = await alarmed.get(f"/{language}/{path}")
        assert answer.status_code == 404
        assert text in answer.text
        assert f'href="/{language}/"' in answer.text
