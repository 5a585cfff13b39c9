"""`siaga watch` as an operator starts it wrongly, and a fault of Siaga's own."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from siaga import cli
from siaga.simulation.scenario import shipped_files

_, ELECTION = shipped_files("january-2024")


def watch(*words: str, directory: Path, token: str | None = "t0ken") -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if k != "SIAGA_SIMULATED_TOKEN"}
    if token is not None:
        environment["SIAGA_SIMULATED_TOKEN"] = token
    return subprocess.run(
        [sys.executable, "-m", "siaga", "watch", *words, "--directory", str(directory)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )


def test_a_credential_that_is_not_there_is_named_and_the_watch_goes_on_to_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        outcome = watch(str(ELECTION), "--port", port, directory=tmp_path / "data", token=None)
    assert f"Port {port} on 127.0.0.1 is in use." in outcome.stderr, "the credential did not stop it"
    assert "X is not being measured because its API token is missing." in outcome.stderr
    assert "SIAGA_SIMULATED_TOKEN=..." in outcome.stderr, "and it is said where to put it"
    assert "https://developer.x.com" in outcome.stderr


def test_public_pages_that_have_no_place_are_said_and_nothing_is_begun(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    public = str(tmp_path / "file" / "public")
    outcome = watch(str(ELECTION), "--port", "0", "--public", public, directory=tmp_path / "data")
    assert outcome.returncode == 2
    assert "--public" in outcome.stderr
    assert "Traceback" not in outcome.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_that_is_taken_is_said_and_nothing_is_begun(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        outcome = watch(str(ELECTION), "--port", str(port), directory=tmp_path / "data")
    assert outcome.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in outcome.stderr
    assert not (tmp_path / "data").exists()


def test_a_bad_election_file_is_outcome_by_line(tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("id: x\nid: y\n")
    outcome = watch(str(bad), directory=tmp_path / "data")
    assert outcome.returncode == 2
    assert f"{bad}:2" in outcome.stderr


def test_a_fault_of_our_own_is_no_finding(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise AttributeError("a mistake of ours")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 70
    assert "fault of Siaga itself" in capsys.readouterr().err
