"""A watch over web pages, by a real Chromium and a recipe: a missing name is measured, evidence is kept."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from tests.probing.probing_servers import Heard, answering, reply, served
from tests.watch.scripted_watch import seed_keys
from typer.testing import CliRunner

from siaga.cli import app
from siaga.cli.election_files import read_election_file
from siaga.cli.room_files import room_of
from siaga.composition.network import prober_of
from siaga.composition.open_watch import open_watch
from siaga.composition.readers import readers_of
from siaga.domain.answers import Answer, Role
from siaga.domain.errors import BadInput
from siaga.domain.records import Measurement
from siaga.domain.time import SimulatedClock, parse_rfc3339
from siaga.platforms.conversation import Instance
from siaga.probing.evidence import EvidenceStore

START = parse_rfc3339("2029-02-01T08:00:00+07:00")
RULES = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
PEOPLE = {"mahfud": "Mahfud MD", "ganjar": "Ganjar Pranowo", "anies": "Anies Baswedan"}
OTHERS = ("Susi Pudjiastuti", "Najwa Shihab", "Raisa Andriana", "Joko Anwar", "Tsai Ing-wen", "Anwar Ibrahim")
WORDS = ("cuaca", "kopi", "kucing", "musik", "sepeda", "hujan")
RECIPE = """
recipe: forum
version: 1
wait: 2
surfaces:
  search-latest: {path: "/search?q={name}", result: article, time: time, order: newest}
signs:
  - {answer: empty, selector: .none}
  - {answer: walled, address: "*/login*"}
"""


def election_file(directory: Path, address: str, *, browser: str = "browser: switched-on") -> Path:
    (directory / "recipes").mkdir()
    (directory / "recipes" / "forum.yaml").write_text(RECIPE, encoding="utf-8")
    controls = [("public-figure", text) for text in OTHERS[:4]]
    controls += [("political-figure", text) for text in OTHERS[4:]]
    controls += [("everyday-word", text) for text in WORDS]
    path = directory / "election.yaml"
    path.write_text(
        "\n".join(
            [
                "election: pages-2029",
                "label: Pages",
                "timezone: Asia/Jakarta",
                "votes: 2029-02-14",
                "contestants:",
                *(
                    f"  - {{id: {id}, kind: person, label: {text}, names: [full: {text}]}}"
                    for id, text in PEOPLE.items()
                ),
                "controls:",
                *(
                    f"  - {{id: control-{n}, kind: {kind}, names: [full: {text}]}}"
                    for n, (kind, text) in enumerate(controls, 1)
                ),
                "canaries: [qzv7w2hx9k]",
                "platforms:",
                "  - id: forum",
                "    reader: page",
                "    recipe: recipes/forum.yaml",
                f"    {browser}",
                "    label: The forum",
                f"    address: {address}",
                "    surfaces: [{surface: search-latest, every: 5m}]",
                "    budgets: [{requests: 5000, per: 1h}]",
                "vantages: [{id: here, country: ID}]",
                "",
            ]
        ),
        encoding="utf-8",
    )
    return path


@dataclass
class Forum:
    """A forum whose search shows articles, or none of a name that is withheld, or asks to sign in."""

    withheld: set[str] = field(default_factory=set)
    walled: bool = False

    def answer(self, heard: Heard) -> bytes:
        parts = urlsplit(heard.path)
        if parts.path == "/login":
            return page("<form><input></form>")
        if self.walled:
            return reply(b"", 302, Location="/login")
        name = unquote(parse_qs(parts.query)["q"][0]) if parts.query else ""
        if name in self.withheld or name == "qzv7w2hx9k":
            return page("<p class=none>Nothing found.</p>")
        one = f"<article><p>{name} bicara</p><time datetime=2029-02-01T00:30:00Z></time></article>"
        return page(one * 5)


def page(body: str) -> bytes:
    html = f"<!doctype html><link rel=icon href=data:,><body>{body}"
    return reply(html.encode(), Content_Type="text/html; charset=utf-8")


@pytest.mark.browser
@pytest.mark.slow
async def test_a_missing_name_and_walls_are_measured_and_page_and_picture_kept(
    tmp_path: Path,
) -> None:
    forum = Forum(withheld={"Mahfud MD"})
    async with served(answering(forum.answer)) as server:
        path = election_file(tmp_path, f"http://127.0.0.1:{server.port}")
        election = read_election_file(path)
        clock = SimulatedClock(START)
        seed_keys(tmp_path / "watch")
        async with (
            prober_of(election, RULES) as prober,
            open_watch(
                election,
                tmp_path / "watch",
                readers=readers_of(election, tmp_path),
                instance_of=lambda stream: Instance(election.platforms[0].address),
                clock=clock,
                room=room_of(None, election),
                prober=prober,
            ) as opened,
        ):

            async def round_later() -> list[Measurement]:
                before, later = opened.watch.next_due(), list[Measurement]()
                while not later:  # on a busy machine a round is taken a step after it was asked
                    clock.advance_to(opened.watch.next_due())
                    await opened.watch.step()
                    found = [m for who in PEOPLE for m in await opened.view.measurements("forum", who, 1)]
                    later = [m for m in found if m.at >= before]
                return later

            first = {m.subject: m for m in await round_later()}
            forum.walled = True
            walled = await round_later()
        answers = {subject: m.answer for subject, m in first.items()}
        assert answers == {"mahfud": Answer.EMPTY, "ganjar": Answer.RESULTS, "anies": Answer.RESULTS}
        assert {m.answer for m in walled} == {Answer.WALLED}
        assert all(m.final_url == f"http://127.0.0.1:{server.port}/login" for m in walled)
        expect_kept(tmp_path / "watch", first["mahfud"])


def expect_kept(directory: Path, missing: Measurement) -> None:
    assert (missing.answer, missing.role, missing.reader) == (Answer.EMPTY, Role.TARGET, "page-forum@1.2")
    evidence = EvidenceStore(directory / "evidence")
    assert b"Nothing found." in (evidence.read(str(missing.body_sha256)) or b"")
    picture = evidence.picture(str(missing.body_sha256)) or b""
    assert picture.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    browser: switched-on\n", "", "nobody has said that it may"),
        ("browser: switched-on", "browser: maybe", "switched-on"),
        ("recipe: recipes/forum.yaml", "recipe: recipes/none.yaml", "The recipe has a fault"),
        ("    recipe: recipes/forum.yaml\n", "", "needs a recipe"),
        ("surface: search-latest", "surface: people", "cannot ask people"),
        ("address: http://127.0.0.1:1", "address: https://www.x.com", "forbid machines"),
        ("reader: page", "reader: nostr", "uses no browser"),
    ],
)
def test_pages_are_visited_only_by_a_whole_recipe_and_a_persons_decision(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    path = election_file(tmp_path, "http://127.0.0.1:1")
    assert read_election_file(path).platforms[0].recipe == "recipes/forum.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadInput, match=said) as bad:
        read_election_file(path)
    assert all(fault.line for fault in bad.value.faults)


def test_a_single_check_starts_no_browser_and_says_so(tmp_path: Path) -> None:
    path = election_file(tmp_path, "http://127.0.0.1:1")
    ran = CliRunner().invoke(app, ["check", "Mahfud MD", "--election", str(path), "--on", "forum"])
    assert ran.exit_code == 2
    assert "needs a browser, which `siaga check` does not start" in " ".join(ran.output.split())


async def test_a_missing_chromium_is_told_before_the_watch_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    election = read_election_file(election_file(tmp_path, "http://127.0.0.1:1"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="Chromium is not installed"):
        async with prober_of(election):
            pass
