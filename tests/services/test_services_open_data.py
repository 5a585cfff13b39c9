"""What is given away: complete, judged again to the same, and never of a suspicion."""

import asyncio
import gzip
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import orjson
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from tests.watch import scripted_watch as scripted
from tests.web.browsing import client
from typer.testing import CliRunner

from siaga.cli import app
from siaga.composition.open_watch import OpenWatch
from siaga.domain.answers import Answer
from siaga.domain.errors import Busy
from siaga.domain.records import Asking, Round
from siaga.domain.time import SimulatedClock
from siaga.domain.verdicts import State
from siaga.election.model import Election
from siaga.measurements.columns import open_columns
from siaga.measurements.judged_by import judged_by
from siaga.ports.open_data import DataForm, NoSuchData, OpenDataService
from siaga.services import open_data
from siaga.web.app import create_site

WITHHELD = timedelta(minutes=48)


def election() -> Election:
    """Two platforms, one surface and one vantage, and a canary."""
    declared = scripted.election()
    platforms = tuple(replace(known, surfaces=known.surfaces[:1]) for known in declared.platforms)
    return replace(declared, platforms=platforms, vantages=declared.vantages[:1], canaries=("qzxv",))


async def watched(directory: Path, until: timedelta, script: scripted.Script) -> None:
    """Let a watch run from the start on to a moment."""
    clock = SimulatedClock(scripted.START)
    prober = scripted.ScriptedProber(script)
    async with scripted.watch_of(directory, clock, prober, election()) as opened:
        await scripted.pass_by(opened, clock, until)


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a watch that has proven a case: one name is withheld on x from minute 30 on."""
    directory = tmp_path_factory.mktemp("proven")
    asyncio.run(watched(directory, WITHHELD, scripted.withheld_after(30)))
    return directory


@asynccontextmanager
async def reopened(
    directory: Path, recorded: Path, after: timedelta = WITHHELD, script: scripted.Script | None = None
) -> AsyncIterator[tuple[OpenWatch, SimulatedClock, OpenDataService]]:
    """A copy of a recorded watch, started again at a moment."""
    copy = directory / "watch"
    await asyncio.to_thread(shutil.copytree, recorded, copy)
    clock = SimulatedClock(scripted.START + after)
    prober = scripted.ScriptedProber(script or scripted.withheld_after(30))
    async with scripted.watch_of(copy, clock, prober, election()) as opened:
        assert opened.site.open_data is not None
        yield opened, clock, opened.site.open_data


def replayed(file: Path) -> str:
    run = CliRunner().invoke(app, ["replay", str(file), "--json"])
    assert run.exit_code == 1, run.output
    return run.output


async def test_a_case_downloaded_from_a_running_site_gives_its_verdict_again(
    tmp_path: Path, proven: Path
) -> None:
    async with (
        reopened(tmp_path, proven) as (opened, _, _),
        client(create_site(opened.site)) as browser,
    ):
        proof = opened.cases.cases["C-1"].proof
        assert proof is not None
        page = (await browser.get("/en/cases/C-1")).text
        for form in DataForm:
            address = f"/data/case/C-1.{form}"
            assert f'href="{address}"' in page
            answer = await browser.get(address)
            assert answer.status_code == 200
            file = tmp_path / f"downloaded.{form}"
            file.write_bytes(answer.content)
            said = await asyncio.to_thread(replayed, file)
            assert "Case C-1: the same verdict" in said
            assert "with the same onset and counts" in said
            lines = [orjson.loads(line) for line in said.splitlines() if line.startswith("{")]
            proven_line = next(line for line in lines if line["at"] == proof["at"] and line["subject"])
            assert (proven_line["subject"], proven_line["state"]) == ("mahfud", State.SUPPRESSED)
            assert proven_line["evidence"] == proof["evidence"], "from the beginning on: to the last digit"
            assert list(proven_line["counts"].values()) == proof["counts"]
            assert proven_line["onset"] == proof["onset"]


async def test_the_file_has_targets_controls_and_canaries_of_its_platform_alone(
    tmp_path: Path, proven: Path
) -> None:
    async with reopened(tmp_path, proven) as (_, _, data):
        rows = [row for batch in open_columns([await data.of_case("C-1", DataForm.JSON_LINES)])
                for row in batch.to_pylist()]  # fmt: skip
        assert {row["platform"] for row in rows} == {"x"}
        assert {row["role"] for row in rows} == {"target", "control", "canary"}
        assert min(row["at"] for row in rows) <= scripted.START + timedelta(minutes=2)
        assert {row["name"] for row in rows if row["role"] == "canary"}.isdisjoint({"qzxv"}), (
            "today's canaries are secret"
        )


async def test_every_line_is_a_record_and_the_first_says_how_it_is_judged(
    tmp_path: Path, proven: Path
) -> None:
    async with reopened(tmp_path, proven) as (_, _, data):
        file = await data.of_case("C-1", DataForm.JSON_LINES)
        first, *rest = gzip.decompress(file.read_bytes()).splitlines()
        assert orjson.loads(first)["judged_by"]["case"] == "C-1"
        assert all("judged_by" not in orjson.loads(line) for line in rest[:50])
        known = judged_by(file)
        assert known is not None
        assert known == judged_by(await data.of_case("C-1", DataForm.PARQUET))


async def test_a_day_is_given_once_it_is_over_and_stays_as_it_is(tmp_path: Path, proven: Path) -> None:
    async with reopened(tmp_path, proven) as (opened, clock, data):
        day = scripted.START.date()
        assert await data.days() == []
        with pytest.raises(NoSuchData):
            await data.of_day(day, "x", DataForm.PARQUET)
        clock.advance_to(scripted.START + timedelta(days=1))
        assert await data.days() == [day]
        file = await data.of_day(day, "x", DataForm.PARQUET)
        before = file.stat()
        assert "mahfud" in await asyncio.to_thread(replayed, file)
        rows = [row for batch in open_columns([file]) for row in batch.to_pylist()]
        assert len(rows) == await measured(opened, "x")
        assert {row["name"] for row in rows if row["role"] == "canary"} != {"canary"}, "no secret any more"
        assert (await data.of_day(day, "x", DataForm.PARQUET)).stat().st_ino == before.st_ino
        for unknown in (day - timedelta(days=1), day + timedelta(days=1)):
            with pytest.raises(NoSuchData):
                await data.of_day(unknown, "x", DataForm.PARQUET)
        with pytest.raises(NoSuchData):
            await data.of_day(day, "nowhere", DataForm.PARQUET)


async def measured(opened: OpenWatch, platform: str) -> int:
    """How many measurements of a platform the watch has."""
    after, found = 0, 0
    while len(table := pa.ipc.open_stream(await opened.view.tail(after)).read_all()):
        found += pc.sum(pc.equal(table.column("platform").cast(pa.string()), platform)).as_py()
        after = table.column("seq")[-1].as_py()
    return found


async def suspected(opened: OpenWatch, clock: SimulatedClock) -> None:
    """Step on to the moment at which something is suspected and nothing proven."""
    while not any(verdict.state is State.SUSPECTED for verdict in opened.view.verdicts()):
        clock.advance_to(opened.watch.next_due())
        await opened.watch.step()


async def test_while_something_is_suspected_nothing_measured_since_is_given(tmp_path: Path) -> None:
    await watched(tmp_path / "before", timedelta(minutes=31), scripted.withheld_after(30))
    async with reopened(tmp_path, tmp_path / "before", timedelta(minutes=31)) as (opened, clock, data):
        await suspected(opened, clock)
        assert opened.cases.cases == {}
        with pytest.raises(NoSuchData):
            await data.of_case("C-1", DataForm.PARQUET)
        clock.advance_to(scripted.START + timedelta(days=1))
        day = scripted.START.date()
        for platform in ("x", "bluesky"):  # where one alone was held back, that would name it
            with pytest.raises(Busy):
                await data.of_day(day, platform, DataForm.PARQUET)
        assert not await asyncio.to_thread(lambda: list(tmp_path.rglob("open-data/**/*.parquet")))


async def test_what_was_given_once_is_not_held_back_by_what_is_suspected_later(
    tmp_path: Path, proven: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with reopened(tmp_path, proven) as (_, clock, data):
        clock.advance_to(scripted.START + timedelta(days=1))
        day = scripted.START.date()
        given = await data.of_day(day, "x", DataForm.PARQUET)
        monkeypatch.setattr(open_data, "measured_until", lambda verdicts: scripted.START)
        assert await data.of_day(day, "x", DataForm.PARQUET) == given
        with pytest.raises(Busy):
            await data.of_day(day, "bluesky", DataForm.PARQUET)


async def test_the_file_of_an_open_case_ends_where_another_suspicion_began(
    tmp_path: Path, proven: Path
) -> None:
    first, second = scripted.withheld_after(30), scripted.withheld_after(48, "ganjar")

    def script(round_: Round, asking: Asking) -> Answer:
        return max(first(round_, asking), second(round_, asking), key=lambda answer: answer == "empty")

    async with reopened(tmp_path, proven, WITHHELD, script) as (opened, clock, data):
        assert opened.cases.cases["C-1"].proof is not None
        await suspected(opened, clock)
        rows = [row for batch in open_columns([await data.of_case("C-1", DataForm.PARQUET)])
                for row in batch.to_pylist()]  # fmt: skip
        assert not [row for row in rows if row["subject"] == "ganjar" and row["answer"] == "empty"]
        assert max(row["at"] for row in rows) <= scripted.START + timedelta(minutes=49)


async def test_too_much_past_is_cut_to_what_fits(
    tmp_path: Path, proven: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "MOST_ROWS", 100)
    monkeypatch.setattr(open_data, "PASTS", (timedelta(minutes=48),))
    monkeypatch.setattr(open_data, "SHORTEST_PAST", timedelta(minutes=26))
    async with reopened(tmp_path, proven) as (_, _, data):
        file = await data.of_case("C-1", DataForm.PARQUET)
        rows = [row for batch in open_columns([file]) for row in batch.to_pylist()]
        assert min(row["at"] for row in rows) >= scripted.START + timedelta(minutes=2)
        assert "Case C-1: the same verdict" in await asyncio.to_thread(replayed, file)


async def test_what_is_kept_stays_within_its_bound(
    tmp_path: Path, proven: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "MOST_BYTES", 1)
    async with reopened(tmp_path, proven) as (_, clock, data):
        case = await data.of_case("C-1", DataForm.PARQUET)
        clock.advance_to(scripted.START + timedelta(days=1))
        day = await data.of_day(scripted.START.date(), "x", DataForm.PARQUET)
        assert day.exists()
        assert not case.exists()
        assert (await data.of_case("C-1", DataForm.PARQUET)).exists(), "it is made again"


async def test_what_waits_to_be_made_is_bounded(
    tmp_path: Path, proven: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "MOST_WAITING", 0)
    async with reopened(tmp_path, proven) as (_, _, data):
        with pytest.raises(Busy):
            await data.of_case("C-1", DataForm.PARQUET)
