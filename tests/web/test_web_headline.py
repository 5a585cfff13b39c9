"""The headline: it names every contestant hit, and is green only where everything was measured."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from tests.web import sample_room as sample

from siaga.domain.verdicts import State, Verdict
from siaga.i18n.speech import Speech
from siaga.web.summary.headline import NAMES_SHOWN, Headline, headline_of

ENGLISH, INDONESIAN = Speech("en", "Asia/Jakarta"), Speech("id", "Asia/Jakarta")
FINE = sample.calm().said


def headline(
    said: Sequence[Verdict], speech: Speech = ENGLISH, offline: Sequence[str] = (), rounds: int = 9
) -> Headline:
    room = sample.SampleRoom(said=list(said), offline=offline, rounds=rounds)
    return headline_of(speech, room.election, room.said, room.health())


def changed(platform: str, subject: str | None, state: State, **more: object) -> list[Verdict]:
    """All is fine, but for one."""
    others = [v for v in FINE if (v.platform, v.subject) != (platform, subject)]
    return [*others, sample.verdict(platform, subject, state, **more)]


def test_all_that_are_hit_alike_are_in_one_sentence() -> None:
    said = [*changed("x", "ganjar", State.SUPPRESSED, surface="search-latest", detail={"kind": "missing"})]
    again = sample.verdict(
        "x", "anies", State.SUPPRESSED, surface="search-latest", detail={"kind": "missing"}
    )
    both = [v for v in said if (v.platform, v.subject) != ("x", "anies")] + [again]
    found = headline(both)
    assert found == Headline(
        State.SUPPRESSED, "Ganjar Pranowo and Anies Baswedan are missing from Latest search on X"
    )
    assert headline(said).text == "Ganjar Pranowo is missing from Latest search on X"
    assert headline(both, INDONESIAN).text == (
        "Ganjar Pranowo dan Anies Baswedan hilang dari pencarian terbaru X"
    )


def test_each_kind_of_trouble_has_its_sentence_gravest_first() -> None:
    said = [
        *changed("x", "ganjar", State.SUPPRESSED),
        sample.verdict("bluesky", None, State.SURFACE_DOWN, surface="people"),
    ]
    said = [v for v in said if (v.platform, v.subject) != ("bluesky", "anies")]
    fewer = {"kind": "fewer, older"}
    said.append(sample.verdict("bluesky", "anies", State.IMPAIRED, surface="search-latest", detail=fewer))
    assert headline(said).text == (
        "Ganjar Pranowo is missing on X. "
        "Latest search on Bluesky shows fewer results than usual for Anies Baswedan. "
        "People search is failing for every name on Bluesky"
    )


def test_a_name_that_alone_gets_another_answer_is_said_so() -> None:
    only = {"kind": "only this name is limited", "answers": "limited"}
    found = headline(changed("x", "ganjar", State.SUPPRESSED, detail=only))
    assert found.text == "For Ganjar Pranowo alone, X answers with: rate limit"


def test_many_names_are_counted_beyond_some() -> None:
    room = sample.many(40, 1)
    said = [sample.verdict("p0", person.id, State.SUPPRESSED) for person in room.election.people()]
    said = [replace(v, platform=room.election.platforms[0].id) for v in said]
    found = headline_of(ENGLISH, room.election, said, replace(room.health(), offline=()))
    count = len(list(room.election.people())) - NAMES_SHOWN + 1
    assert f"and {count} more are missing on" in found.text


def test_green_only_where_everything_was_measured() -> None:
    assert headline(FINE) == Headline(State.FINDABLE, "Every contestant can be found on all 2 platforms")


@pytest.mark.parametrize("state", [State.UNMEASURABLE, State.INSUFFICIENT])
def test_a_name_that_could_not_be_judged_stands_in_it(state: State) -> None:
    found = headline(changed("bluesky", "anies", state))
    assert found.state is State.UNMEASURABLE
    assert found.text == "Every contestant that we could measure can be found. Not fully measured: Bluesky"


def test_a_platform_that_was_not_asked_stands_in_it() -> None:
    found = headline([v for v in FINE if v.platform != "x"])
    assert (found.state, found.text.split(". ")[1]) == (State.UNMEASURABLE, "Not fully measured: X")


def test_a_surface_that_cannot_be_measured_stands_in_it() -> None:
    found = headline([*FINE, sample.verdict("x", None, State.UNMEASURABLE, surface="people")])
    assert (found.state, found.text.split(". ")[1]) == (State.UNMEASURABLE, "Not fully measured: X")


def test_a_lost_connection_stands_in_it() -> None:
    assert headline(FINE, offline=["surabaya"]).text.endswith("Measurement points offline: Surabaya City")
    assert headline(FINE, offline=["surabaya"]).state is State.UNMEASURABLE
    every = headline(FINE, offline=["jakarta", "surabaya"])
    assert every.text.startswith("Our measurement points are offline: Jakarta and Surabaya City.")


def test_before_the_first_rounds_and_where_nothing_can_be_judged_nothing_is_fine() -> None:
    assert headline([], rounds=0).state is State.INSUFFICIENT
    assert headline([]).state is State.UNMEASURABLE


def test_of_one_subject_it_speaks_of_that_one_alone() -> None:
    room = sample.calm()
    of = [v for v in room.said if v.subject == "anies"]
    found = headline_of(ENGLISH, room.election, of, room.health(), "anies")
    assert found.text == "Anies Baswedan can be found on every platform that we watch"
    assert headline_of(ENGLISH, room.election, of[:1], room.health(), "anies").state is State.UNMEASURABLE
