"""A finding's evidence in words: the counts, the strength at proof and now, when it began."""

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.web import sample_room as sample

from siaga.domain.finding_evidence import evidence_of, strength_of
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import Counts, State
from siaga.i18n.evidence_phrases import began_sentence, counts_sentence, meaning_sentence, strength_lines
from siaga.i18n.speech import Speech

ENGLISH, INDONESIAN = Speech("en", "UTC"), Speech("id", "UTC")
MONTH = timedelta(days=30)
PROOF = sample.SUPPRESSED
LATER = replace(PROOF, at=PROOF.at + timedelta(hours=9), evidence=1e12, counts=Counts(452, 373, 4520, 3))


def test_how_many_there_are_chooses_the_form_of_each_language() -> None:
    counts = strength_of(replace(PROOF, counts=Counts(1, 0, 12, 0)))
    assert counts_sentence(ENGLISH, counts).startswith("Missing in 0 of 1 check;")
    assert "comparison names missing in 0 of 12 checks." in counts_sentence(ENGLISH, counts)
    assert counts_sentence(INDONESIAN, counts) == (
        "Hilang dalam 0 dari 1 pemeriksaan; nama pembanding hilang dalam 0 dari 12 pemeriksaan."
    )
    assert counts_sentence(ENGLISH, strength_of(replace(PROOF, counts=Counts()))) == ""


def test_a_name_that_is_found_with_less_than_usual_is_not_said_to_be_missing() -> None:
    fewer = replace(PROOF, state=State.IMPAIRED, rule="graded@2", counts=Counts(30, 28, 300, 1))
    assert counts_sentence(ENGLISH, strength_of(fewer)) == (
        "Fewer, older or unordered results in 28 of 30 checks; "
        "the same of comparison names in 1 of 300 checks."
    )
    lines = strength_lines(INDONESIAN, evidence_of(fewer, fewer, strength_of(fewer)))
    assert lines
    assert not any("hilang" in line.casefold() for line in lines)


def test_proof_and_now_are_two_labelled_lines_each_with_its_moment_and_its_counts() -> None:
    proven, now = strength_lines(ENGLISH, evidence_of(LATER, PROOF, strength_of(LATER)))
    assert proven.startswith("When proven (25 Jan 2024, 00:05:00 UTC): Missing in 30 of 31 checks;")
    assert proven.endswith("Strength of evidence: 43 million to 1.")
    assert now.startswith("Now (25 Jan 2024, 09:05:00 UTC): Missing in 373 of 452 checks;")
    assert now.endswith("Strength of evidence: 1 trillion to 1.")
    assert strength_lines(ENGLISH, evidence_of(PROOF, PROOF)) == [proven]
    assert strength_lines(INDONESIAN, evidence_of(PROOF, PROOF))[0].startswith("Saat terbukti (")


def test_of_a_place_there_are_counts_and_no_odds_against_equal_treatment() -> None:
    down = sample.verdict("x", None, State.PLATFORM_DOWN, evidence=50.0, counts=Counts(9, 9, 90, 90))
    evidence = evidence_of(down, down)
    assert "to 1" not in strength_lines(ENGLISH, evidence)[0]
    assert meaning_sentence(ENGLISH, evidence, MONTH) == ""


def test_the_strength_is_told_with_the_span_of_the_promise_and_what_was_allowed() -> None:
    twice = replace(PROOF, detail={"psi": "2"})
    allowed = meaning_sentence(ENGLISH, evidence_of(twice, twice), MONTH)
    assert "allowing it to be up to 2 times as hard to find" in allowed
    assert "in at most one of 43 million monitoring periods of 30 days" in allowed
    assert "allowing" not in meaning_sentence(ENGLISH, evidence_of(PROOF, PROOF), MONTH)
    newest = meaning_sentence(ENGLISH, evidence_of(LATER, PROOF, strength_of(LATER)), MONTH)
    assert "in fewer than one of a billion monitoring periods" in newest
    assert "Strength of evidence" not in newest, "it stands in the lines, labelled at proof and now"
    fine = sample.verdict("x", "mahfud", State.FINDABLE, evidence=50.0)
    assert meaning_sentence(ENGLISH, evidence_of(fine, present=strength_of(fine)), MONTH) == ""


@pytest.mark.parametrize("psi", ["1", "2"])
def test_a_rarity_that_nobody_grasps_is_told_as_rarer_than_one_of_a_billion(psi: str) -> None:
    strong = replace(PROOF, evidence=4e20, detail={"psi": psi})
    english = meaning_sentence(ENGLISH, evidence_of(strong, strong), MONTH)
    assert "in fewer than one of a billion monitoring periods of 30 days" in english
    assert "trillion monitoring periods" not in english
    assert ("allowing" in english) is (psi == "2")
    indonesian = meaning_sentence(INDONESIAN, evidence_of(strong, strong), MONTH)
    assert "kurang dari sekali dalam satu miliar masa pemantauan 30 hari" in indonesian
    assert "{" not in english + indonesian


def test_it_began_between_two_rounds_or_before_the_first_and_never_in_1970() -> None:
    assert began_sentence(ENGLISH, evidence_of(LATER, PROOF, None)) == (
        "It began between 25 Jan 2024, 00:00:00 and 25 Jan 2024, 00:02:00 UTC."
    )
    assert began_sentence(ENGLISH, evidence_of(PROOF), sample.NOW) == (
        "It began between 00:00 and 00:02 UTC."
    )
    before = replace(PROOF, onset=(EPOCH, PROOF.since))
    for speech in (ENGLISH, INDONESIAN):
        said = began_sentence(speech, evidence_of(before))
        assert "1970" not in said
        assert "1 Jan" not in said
    assert began_sentence(ENGLISH, evidence_of(before), sample.NOW) == (
        "It had already begun at our first check, at 00:02 UTC."
    )


def test_what_assumes_nothing_stands_beside_where_it_says_another_number() -> None:
    both = replace(PROOF, detail={"free": "1856.64"})
    (proven,) = strength_lines(ENGLISH, evidence_of(both, both))
    assert proven.endswith(
        "Strength of evidence: 43 million to 1. Without relying on the quiet rounds before: 1,856 to 1."
    )
    alike = replace(PROOF, detail={"free": "43000001"})
    assert "Without" not in strength_lines(ENGLISH, evidence_of(alike, alike))[0]
