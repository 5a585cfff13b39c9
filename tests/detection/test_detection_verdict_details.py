"""What a verdict says beyond its state, in people's languages."""

from dataclasses import replace

import pytest
from tests.cases.case_stories import ELECTION, NOW

from siaga.detection.registry import KINDS
from siaga.detection.verdict_details import facts, kind_words
from siaga.domain.finding_evidence import FindingEvidence, evidence_of
from siaga.domain.label import Label
from siaga.domain.verdicts import Counts, State, Verdict
from siaga.election.model import Control, ControlKind, Vantage
from siaga.i18n.speech import Speech

ENGLISH, INDONESIAN = Speech("en", "Asia/Jakarta"), Speech("id", "Asia/Jakarta")
ELECTION_SEEN = replace(
    ELECTION,
    vantages=(Vantage("jakarta"), Vantage("medan", label=Label({"id": "Kota Medan", "en": "Medan City"}))),
)


def found(**detail: str) -> FindingEvidence:
    return evidence_of(
        Verdict(
            NOW, "x", None, None, "mahfud", State.SUPPRESSED, NOW, 1e6, "round-bet@1", Counts(), detail=detail
        )
    )


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("speech", [ENGLISH, INDONESIAN])
def test_every_kind_is_said_in_words(kind: str, speech: Speech) -> None:
    assert kind_words(speech, found(kind=kind)) == speech.say(KINDS[kind])


def test_several_kinds_are_a_list_and_an_unknown_one_is_left_out() -> None:
    assert kind_words(ENGLISH, found(kind="fewer, older")) == "fewer results, only old results"
    assert kind_words(ENGLISH, found(kind="of another version")) == ""
    assert kind_words(ENGLISH, found()) == ""


def test_a_failing_step_is_named_in_its_published_word_and_an_answer_in_words() -> None:
    blocked = found(kind="network", failure="connection_reset")
    assert kind_words(ENGLISH, blocked) == "no network connection (connection_reset)"
    down = found(kind="down", failure="empty")
    assert kind_words(ENGLISH, down) == "comparison names missing too (no results)"
    assert kind_words(ENGLISH, found(failure="connection_reset")) == "", "a step alone says nothing"


def test_all_that_is_known_is_said_in_the_language_of_the_page() -> None:
    verdict = found(
        kind="missing", names="mahfud, Mahfud MD", names_found="mahfud md", surfaces="search-latest",
        surfaces_found="profile, search-top", surfaces_unmeasured="people",
        vantages="medan", vantages_found="jakarta", answers="empty",
        relapse_of="2024-01-24T22:00:00+00:00",
    )  # fmt: skip
    said = {fact.label: fact.text for fact in facts(INDONESIAN, verdict, ELECTION_SEEN)}
    assert said["Masalah"] == "hilang dari hasil pencarian"
    assert said["Nama yang terdampak"] == "mahfud, Mahfud MD"
    assert said["Fitur yang berfungsi seperti biasa"] == "profil, pencarian teratas"
    assert said["Yang muncul"] == "tidak ada hasil"
    assert said["Terulang"] == "pulih pada 25 Jan 05.00, lalu terulang"
    english = {fact.label: fact.text for fact in facts(ENGLISH, verdict, ELECTION_SEEN)}
    assert english["Problem"] == "missing from the results"
    assert (english["Seen from"], english["Not seen from"]) == ("Medan City", "jakarta")
    assert "Kota Medan" in {fact.text for fact in facts(INDONESIAN, verdict, ELECTION_SEEN)}
    assert english["Names found as usual"] == "mahfud md"
    assert english["Decision rule"] == "round-bet@1"
    assert english["Features not measured"] == "people search"
    assert len(english) == len(said) == 11


def test_what_a_name_and_those_that_went_with_it_have_in_common_is_said() -> None:
    contestants = [
        replace(contestant, tags=("Merah", "menteri")) if contestant.people[0].id == "mahfud" else contestant
        for contestant in ELECTION.contestants
    ]
    control = Control("menteri-x", ControlKind.POLITICAL_FIGURE, (), ("Merah",))
    word = Control("kucing", ControlKind.EVERYDAY_WORD, ())
    tagged = replace(ELECTION_SEEN, contestants=tuple(contestants), controls=(control, word))
    went = found(together=control.id)
    english = {fact.label: fact.text for fact in facts(ENGLISH, went, tagged)}
    assert english["Comparison names affected as well"] == control.id
    assert english["What all of these have in common"] == "Merah"
    indonesian = {fact.label: fact.text for fact in facts(INDONESIAN, went, tagged)}
    assert indonesian["Kesamaan nama-nama itu"] == "Merah"
    untagged = {fact.label for fact in facts(ENGLISH, went, ELECTION_SEEN)}
    assert "What all of these have in common" not in untagged


def test_what_is_not_known_has_no_line() -> None:
    assert [fact.label for fact in facts(ENGLISH, found(), ELECTION_SEEN)] == ["Decision rule"]
