from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from siaga.domain.errors import BadInput
from siaga.election.model import Election
from siaga.simulation.faults import FaultKind, InjectedFault
from siaga.simulation.fit import fit
from siaga.simulation.reading import MOST_BYTES, parse_fault, parse_scenario, read_scenario
from siaga.simulation.scenario import shipped, shipped_files

START = datetime(2024, 1, 25, 0, 0, tzinfo=UTC)
HEAD = "scenario: t\nstarts: 2024-01-25T07:00:00+07:00\nends: +1d\nsteps:\n"
GOOD = (
    HEAD
    + """
  - at: +0h
    note: All is well.
  - at: +1h
    start: gone
    fault: {kind: few, platform: x, surfaces: [search-latest], names: [mahfud], most: 3, share: 0.5}
  - at: +1h30m
    wave: {platform: x, name: mahfud, kind: spam, per-hour: 500, until: +3h}
  - at: 2024-01-25T12:00:00+07:00
    stop: gone
  - at: +6h
    start: old
    fault: {kind: age, older-than: 2d, exact: true, names: [ganjar], vantages: [jakarta]}
"""
)


def faults_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(BadInput) as caught:
        parse_scenario(text, "s.yaml")
    assert all(fault.file == "s.yaml" and fault.do for fault in caught.value.faults)
    return [(fault.line, fault.field, fault.what) for fault in caught.value.faults]


def test_a_scenario_reads_as_it_is_written() -> None:
    scenario = parse_scenario(GOOD)
    assert (scenario.id, scenario.label, scenario.seed, scenario.limits) == ("t", "t", "t", True)
    assert scenario.starts == START
    assert scenario.ends == START + timedelta(days=1)
    gone = InjectedFault(FaultKind.FEW, "x", ("search-latest",), ("mahfud",), most=3, share=0.5)
    assert scenario.troubles[0].fault == gone
    old = InjectedFault(
        FaultKind.AGE, names=("ganjar",), exact=True, vantages=("jakarta",), older_than=timedelta(days=2)
    )
    assert scenario.troubles[1].fault == old
    [wave] = scenario.waves_on("x")
    assert (wave.starts, wave.ends) == (START + timedelta(minutes=90), START + timedelta(hours=3))
    assert scenario.waves_on("bluesky") == ()
    assert [note.text for note in scenario.notes] == ["All is well."]


def test_a_fault_holds_from_its_start_until_before_its_stop() -> None:
    scenario = parse_scenario(GOOD)

    def at(hours: float) -> list[str]:
        return [trouble.id for trouble in scenario.troubles_at(START + timedelta(hours=hours))]

    assert [at(hours) for hours in (0, 0.99, 1, 4.99, 5, 6, 600)] == [
        [],
        [],
        ["gone"],
        ["gone"],
        [],
        ["old"],
        ["old"],
    ]
    assert scenario.faults_at(START + timedelta(hours=1)) == (scenario.troubles[0].fault,)


@pytest.mark.parametrize(
    ("text", "line", "field", "word"),
    [
        ("", 0, "", "The file is empty"),
        ("- a\n", 1, "", "Fields are expected"),
        ("a: [", 1, "", "YAML"),
        (HEAD + "  - at: +1h\n    note: x\nextra: 1\n", 7, "extra", "no such field"),
        (HEAD.replace("ends: +1d", "ends: -1d"), 3, "ends", "moment"),
        (HEAD.replace("ends: +1d", "ends: 2024-01-24T00:00:00Z"), 3, "ends", "before it starts"),
        (HEAD.replace("+07:00", ""), 2, "starts", "moment"),
        (HEAD.replace("2024-01-25", "2024-13-25"), 2, "starts", "moment"),
        ("scenario: t\nscenario: u\n", 2, "scenario", "twice"),
        (HEAD + "  - note: x\n", 5, "steps[0]", "at is missing"),
        (HEAD + "  - at: +1h\n", 5, "steps[0]", "Nothing happens"),
        (HEAD + "  - at: +1h\n    start: a\n", 5, "steps[0]", "without a fault"),
        (HEAD + "  - at: +1h\n    fault: {kind: empty}\n", 5, "steps[0]", "no name to stop it"),
        (HEAD + "  - at: +1h\n    stop: a\n", 6, "steps[0].stop", "not running"),
        (HEAD + "  - at: +2h\n    note: x\n  - at: +1h\n    note: y\n", 7, "steps[1].at", "earlier"),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: gone}\n",
            7,
            "steps[0].fault.kind",
            "not known",
        ),
        (HEAD + "  - at: +1h\n    start: a\n    fault: {kind: few}\n", 7, "steps[0].fault", "needs most"),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty, most: 3}\n",
            7,
            "steps[0].fault.most",
            "takes no most",
        ),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty, share: 1.5}\n",
            7,
            "steps[0].fault.share",
            "out of range",
        ),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty, share: nan}\n",
            7,
            "steps[0].fault.share",
            "out of range",
        ),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty, surfaces: [serch]}\n",
            7,
            "steps[0].fault.surfaces[0]",
            "not known",
        ),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty, names: []}\n",
            7,
            "steps[0].fault.names",
            "list is empty",
        ),
        (
            HEAD + "  - at: +1h\n    start: a\n    fault: {kind: age, older-than: soon}\n",
            7,
            "steps[0].fault.older-than",
            "span",
        ),
        (
            HEAD + "  - at: +1h\n    wave: {platform: x, name: a, kind: spam, per-hour: 5, until: +1h}\n",
            6,
            "steps[0].wave.until",
            "before it starts",
        ),
        (HEAD + "  - at: +1h\n    note: &a x\n  - at: +2h\n    note: *a\n", 6, "steps[0].note", "text"),
    ],
)
def test_every_fault_of_a_file_is_named_with_its_line(text: str, line: int, field: str, word: str) -> None:
    found = faults_of(text)
    assert any((line, field) == (at, path) and word in what for at, path, what in found), found


def test_all_faults_of_a_file_are_told_at_once() -> None:
    text = (
        HEAD + "  - at: soon\n    note: x\n  - at: +1h\n    start: a\n    fault: {kind: gone}\n  - at: +2h\n"
    )
    assert len(faults_of(text)) == 3


def test_starting_what_runs_already_is_a_fault() -> None:
    twice = HEAD + "  - at: +1h\n    start: a\n    fault: {kind: empty}\n" * 2
    assert any("already runs" in what for _, _, what in faults_of(twice))


def test_nested_aliases_cost_nothing() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join([f'*{chr(97 + i)}'] * 9)}]\n" for i in range(20)
    )
    assert faults_of(bomb)


def test_a_huge_or_missing_file_is_refused(tmp_path: Path) -> None:
    huge = tmp_path / "huge.yaml"
    huge.write_text("#" * (MOST_BYTES + 1))
    for path in (huge, tmp_path / "none.yaml", tmp_path):
        with pytest.raises(BadInput):
            read_scenario(path)


def test_a_fault_can_be_written_in_json() -> None:
    assert parse_fault('{"kind": "thin", "most": 3}') == InjectedFault(FaultKind.THIN, most=3)
    for bad in ("", "[]", '{"kind": "few"}', '{"most": 3}', "{"):
        with pytest.raises(BadInput):
            parse_fault(bad)


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        ("{kind: empty, platform: tiktok}", "tiktok"),
        ("{kind: empty, vantages: [moon]}", "moon"),
        ("{kind: hidden, platform: x}", "no form"),
        ("{kind: challenge}", "no form"),
        ("{kind: hidden, platform: bluesky}", "only on profile"),
        ("{kind: hidden, platform: bluesky, surfaces: [profile, people]}", "only on profile"),
    ],
)
def test_a_scenario_speaks_only_of_what_the_election_has(election: Election, fault: str, word: str) -> None:
    scenario = parse_scenario(HEAD + f"  - at: +1h\n    start: a\n    fault: {fault}\n")
    with pytest.raises(BadInput, match=word):
        fit(scenario, election)


def test_a_platform_that_nobody_simulates_is_a_fault_and_says_which_are(election: Election) -> None:
    first, *others = election.platforms
    with_lemmy = replace(election, platforms=(replace(first, reader="lemmy"), *others))
    with pytest.raises(BadInput, match=f"{first.id}: there is no simulated lemmy.*simulated are: bluesky"):
        fit(parse_scenario(GOOD), with_lemmy)


@pytest.mark.parametrize("id", shipped())
def test_every_shipped_scenario_reads(id: str) -> None:
    scenario = read_scenario(shipped_files(id)[0])
    assert scenario.id == id
    assert scenario.troubles
    assert scenario.notes[0].at == scenario.starts, "each says how it begins"
    assert all(scenario.starts < trouble.starts < scenario.ends for trouble in scenario.troubles)


def test_january_2024_follows_what_was_reported() -> None:
    scenario = read_scenario(shipped_files("january-2024")[0])

    def kinds(moment: str, name: str) -> list[FaultKind]:
        faults = scenario.faults_at(datetime.fromisoformat(f"2024-01-{moment}:00+07:00"))
        return [fault.kind for fault in faults if fault.platform == "x" and name in fault.names]

    assert kinds("24T20:00", "mahfud") == [], "clean at first"
    for asked_in_vain in ("25T18:45", "26T07:05", "26T08:30"):
        assert kinds(asked_in_vain, "mahfud") == [FaultKind.FEW]
    assert kinds("26T09:00", "mahfud") == [FaultKind.THIN], "three posts where there were thousands"
    assert kinds("26T11:00", "mahfud") == []
    assert kinds("25T12:00", "ganjar") == [FaultKind.FEW]
    assert kinds("25T20:00", "ganjar") == [], "for part of the time only"
