"""`siaga evidence`: what was kept for a case comes out by the digests that its measurements name."""

import hashlib
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from tests.watch.scripted_watch import START, ScriptedProber, election, pass_by, watch_of, withheld_after

from siaga.cli.archiving import archive_evidence
from siaga.domain.errors import BadInput
from siaga.domain.time import SimulatedClock
from siaga.journal.address import journal_of
from siaga.probing.evidence import EvidenceStore

RAN = timedelta(minutes=40)


async def with_case(data: Path) -> str:
    clock = SimulatedClock(START)
    async with watch_of(data, clock, ScriptedProber(withheld_after(5))) as opened:
        await pass_by(opened, clock, RAN)
        return next(iter(opened.cases.cases))


async def test_the_bodies_of_a_cases_time_and_platform_are_written_and_named_by_their_digests(
    tmp_path: Path,
) -> None:
    data, file = tmp_path / "data", tmp_path / "case.zip"
    case = await with_case(data)
    evidence = EvidenceStore(data / "evidence")
    body, digest = b"{}", hashlib.sha256(b"{}").hexdigest()
    evidence.keep_all("x", START + RAN, {digest: body}, {digest: b"a picture"})
    evidence.keep_all("bluesky", START + RAN, {hashlib.sha256(b"b").hexdigest(): b"b"})
    evidence.keep_all("x", START - timedelta(days=3), {hashlib.sha256(b"c").hexdigest(): b"c"})
    assert archive_evidence(election(), data, journal_of(data), case, file) == 1
    with zipfile.ZipFile(file) as archive:
        assert sorted(archive.namelist()) == sorted([digest, f"{digest}.png", "index.json"])
        assert archive.read(digest) == body
        listed = json.loads(archive.read("index.json"))
    assert listed["case"] == case
    assert {entry["sha256"] for entry in listed["kept"]} == {digest}


async def test_no_case_of_that_name_and_a_file_that_is_there_are_said(tmp_path: Path) -> None:
    data = tmp_path / "data"
    case = await with_case(data)
    with pytest.raises(BadInput, match=f"There is no case 'C-99'. There are: {case}"):
        archive_evidence(election(), data, journal_of(data), "C-99", tmp_path / "case.zip")
    (tmp_path / "taken").touch()
    with pytest.raises(BadInput, match="is there already"):
        archive_evidence(election(), data, journal_of(data), case, tmp_path / "taken")
    assert (tmp_path / "taken").read_bytes() == b""
