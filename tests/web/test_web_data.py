"""The pages of the open data, the files behind them, and their copies for a web server."""

from pathlib import Path

import httpx
import pytest
from tests.web.browsing import client
from tests.web.sample_data import DAY, SampleData
from tests.web.sample_room import SampleRoom, case_histories

from siaga.measurements.schema import FIELDS
from siaga.ports.site import SitePorts
from siaga.web.app import create_site
from siaga.web.data.columns import MEANINGS, data_columns
from siaga.web.data.public_files import PublicDataFiles


@pytest.fixture
def data(tmp_path: Path) -> SampleData:
    (tmp_path / "made").mkdir()
    return SampleData(tmp_path / "made")


@pytest.fixture
def browser(data: SampleData) -> httpx.AsyncClient:
    return client(create_site(SitePorts(SampleRoom(histories=case_histories()), open_data=data), fresh_s=0))


async def test_the_page_leads_to_every_case_and_day_and_to_the_columns(browser: httpx.AsyncClient) -> None:
    for language in ("en", "id"):
        page = (await browser.get(f"/{language}/data")).text
        for address in ("/data/case/C-1.parquet", f"/data/day/{DAY}/x.jsonl.gz", f"/{language}/data/columns"):
            assert f'href="{address}"' in page
    page = (await browser.get("/en/data")).text
    assert "24 Jan 2024" in page
    assert "24 Dec 2023" not in page
    later = (await browser.get("/en/data?before=2023-12-25")).text
    assert "24 Dec 2023" in later
    assert 'href="/data/case/C-1.parquet"' in (await browser.get("/en/cases/C-1")).text


async def test_files_come_as_they_are_by_a_name_that_says_what_they_are(
    browser: httpx.AsyncClient, data: SampleData
) -> None:
    answer = await browser.get("/data/case/C-1.parquet", headers={"Accept-Encoding": "gzip"})
    assert answer.content == data.content
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert 'filename="' in answer.headers["content-disposition"]
    part = await browser.get(f"/data/day/{DAY}/x.jsonl.gz", headers={"Range": "bytes=4-7"})
    assert (part.status_code, part.content) == (206, b"PAR1")


@pytest.mark.parametrize(
    "address",
    ["case/C-2.parquet", "case/C-1.csv", "case/C-1", "day/2024-01-23/x.parquet", "day/20240124/x.parquet",
     "day/today/x.parquet", f"day/{DAY}/x.ooni"],
)  # fmt: skip
async def test_what_is_not_there_is_a_404(browser: httpx.AsyncClient, address: str) -> None:
    assert (await browser.get(f"/data/{address}")).status_code == 404


async def test_what_is_held_back_may_be_asked_for_again(browser: httpx.AsyncClient) -> None:
    answer = await browser.get(f"/data/day/{DAY}/bluesky.parquet")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "600")


async def test_every_column_of_the_record_is_explained_with_its_type_and_unit(
    browser: httpx.AsyncClient,
) -> None:
    assert set(MEANINGS) == set(FIELDS)
    by_name = {column.name: column for column in data_columns()}
    assert (by_name["dns_ms"].unit, by_name["newest_age_s"].unit, by_name["bytes"].unit) == (
        "milliseconds", "seconds", "bytes"
    )  # fmt: skip
    assert by_name["at"].type == "time in UTC"
    assert "unreachable" in by_name["answer"].words
    page = (await browser.get("/id/data/columns")).text
    assert all(f'id="{name}"' in page for name in FIELDS)
    assert "milidetik" in page


async def test_a_readme_beside_the_files_says_the_one_command(browser: httpx.AsyncClient) -> None:
    assert "siaga replay C-1.parquet" in (await browser.get("/data/README.txt")).text


async def test_without_open_data_nothing_leads_there() -> None:
    async with client(create_site(SitePorts(SampleRoom(histories=case_histories())), fresh_s=0)) as browser:
        assert (await browser.get("/en/data")).status_code == 404
        assert "/data/case/" not in (await browser.get("/en/cases/C-1")).text


async def test_a_web_server_gets_copies_that_others_can_read(tmp_path: Path, data: SampleData) -> None:
    public = tmp_path / "public"
    copies = PublicDataFiles(SampleRoom(histories=case_histories()), data, public)
    await copies.copy()
    found = sorted(str(file.relative_to(public)) for file in public.rglob("*.*") if file.is_file())
    assert f"data/day/{DAY}/x.parquet" in found
    assert {"data/README.txt", "data/case/C-1.jsonl.gz", "data/case/C-1.parquet"} <= set(found)
    assert not [name for name in found if "bluesky" in name]
    case = public / "data" / "case" / "C-1.parquet"
    assert case.stat().st_mode & 0o777 == 0o644
    data.content += b"more"
    await copies.copy()
    assert case.read_bytes() == data.content
