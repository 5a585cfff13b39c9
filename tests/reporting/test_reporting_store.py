"""Reports are durable before anybody is thanked, and their free words are erased in time."""

import asyncio
import os
import random
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.reporting.killed_store import report

from siaga.cases.reports import Seen
from siaga.reporting.store import FILE, ReportStore

AT = datetime(2024, 1, 25, tzinfo=UTC)


async def test_a_report_is_found_again_whole(tmp_path: Path) -> None:
    one = replace(report("r1"), comment="Ada apa?\n<b>", place="Solo", picture="f" * 64)
    async with ReportStore.open(tmp_path) as store:
        await store.add(one)
    async with ReportStore.open(tmp_path) as store:
        assert store.find("r1") == one
        assert store.find("r2") is None
        assert store.newest(10) == [one]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


async def test_the_same_report_twice_is_one_also_within_one_commit(tmp_path: Path) -> None:
    async with ReportStore.open(tmp_path) as store:
        await asyncio.gather(*(store.add(report(f"r{number % 7}")) for number in range(50)))
        await store.add(report("r3"))
        assert len(store.newest(100)) == 7


async def test_many_at_once_share_a_commit(tmp_path: Path) -> None:
    async with ReportStore.open(tmp_path) as store:
        commits = []
        commit = store._commit
        store._commit = lambda reports: (commits.append(len(reports)), commit(reports))  # type: ignore[assignment, func-returns-value]
        await asyncio.gather(*(store.add(report(f"r{number}")) for number in range(300)))
        assert sum(commits) == 300
        assert len(commits) < 20


async def test_a_disk_that_takes_nothing_is_told_to_each_and_the_next_is_taken(tmp_path: Path) -> None:
    async with ReportStore.open(tmp_path) as store:
        commit = store._commit

        def full(reports: object) -> None:
            raise OSError(28, "No space left on device")

        store._commit = full  # type: ignore[method-assign]
        told = await asyncio.gather(
            *(store.add(report(f"r{number}")) for number in range(3)), return_exceptions=True
        )
        assert all(isinstance(one, OSError) for one in told)
        store._commit = commit  # type: ignore[method-assign]
        await store.add(report("r9"))
        assert [one.id for one in store.newest(10)] == ["r9"]


async def test_reports_about_the_same_are_counted_and_those_that_saw_all_as_usual_are_not(
    tmp_path: Path,
) -> None:
    async with ReportStore.open(tmp_path) as store:
        for number in range(5):
            await store.add(replace(report(f"a{number}"), at=AT + timedelta(hours=number)))
        await store.add(replace(report("b"), seen=Seen.USUAL))
        await store.add(replace(report("c"), subject=None))
        await store.add(replace(report("d"), platform=None, elsewhere="Friendster"))
        assert store.troubles(AT, AT + timedelta(hours=3)) == {("x", "mahfud"): 3}
        assert len(store.about("x", "mahfud", AT + timedelta(hours=2))) == 3
        assert store.first() == AT


async def test_free_words_and_pictures_are_erased_and_counts_stay(tmp_path: Path) -> None:
    async with ReportStore.open(tmp_path) as store:
        for number, picture in enumerate(["a" * 64, "a" * 64, "b" * 64]):
            at = AT + timedelta(days=number)
            await store.add(replace(report(f"r{number}"), at=at, comment="mine", picture=picture))
        assert store.erase(AT + timedelta(hours=1)) == []
        assert store.erase(AT + timedelta(days=1, hours=1)) == ["a" * 64]
        assert store.erase(AT + timedelta(days=1, hours=1)) == []
        erased = store.find("r0")
        assert erased is not None
        assert (erased.typed, erased.comment, erased.picture, erased.seen) == ("", "", None, Seen.NOTHING)
        kept = store.find("r2")
        assert kept is not None
        assert kept.comment == "mine"
        assert store.troubles(AT, AT + timedelta(days=9)) == {("x", "mahfud"): 3}


@pytest.mark.slow
def test_killed_at_any_moment_every_report_that_was_acknowledged_is_there(tmp_path: Path) -> None:
    draw, acknowledged = random.Random(7), set[str]()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for run in range(6):
        command = [sys.executable, "-m", "tests.reporting.killed_store", str(tmp_path), str(run)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=environment, cwd=Path(__file__).parents[2]
        ) as process:
            assert process.stdout is not None
            for _ in range(draw.randrange(1, 400)):
                acknowledged.add(process.stdout.readline().strip())
            process.kill()
            acknowledged.update(
                line.strip()
                for line in process.stdout.read().splitlines(keepends=True)
                if line.endswith("\n")
            )
    with sqlite3.connect(tmp_path / FILE) as database:
        kept = {row[0] for row in database.execute("SELECT id FROM reports")}
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
    assert len(acknowledged) > 100
    assert acknowledged <= kept
