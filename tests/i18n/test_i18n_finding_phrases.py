"""What is wrong, in a sentence: every kind of finding, in both languages."""

from dataclasses import replace

import pytest
from tests.web import sample_room as sample

from siaga.domain.finding_evidence import evidence_of
from siaga.domain.verdicts import FINDINGS, State
from siaga.i18n.finding_phrases import finding_sentence
from siaga.i18n.speech import Speech

ENGLISH, INDONESIAN = Speech("en", "Asia/Jakarta"), Speech("id", "Asia/Jakarta")


def sentence(
    state: State, speech: Speech = ENGLISH, surface: str | None = "search-latest", kind: str = "missing"
) -> str:
    verdict = sample.verdict(
        "x", "mahfud", state, surface=surface, vantage="jakarta", detail={"kind": kind, "answers": "limited"}
    )
    return finding_sentence(speech, evidence_of(verdict), ["Mahfud MD"], "X")


@pytest.mark.parametrize(
    ("state", "surface", "kind", "english", "indonesian"),
    [
        (
            State.SUPPRESSED, "search-latest", "missing", "Mahfud MD is missing from Latest search on X",
            "Mahfud MD hilang dari pencarian terbaru X",
        ),
        (State.SUPPRESSED, None, "missing", "Mahfud MD is missing on X", "Mahfud MD hilang di X"),
        (
            State.SUPPRESSED, None, "only this name is limited",
            "For Mahfud MD alone, X answers with: rate limit",
            "Hanya untuk Mahfud MD, X menjawab dengan: batas permintaan",
        ),
        (
            State.IMPAIRED, "search-latest", "fewer, older",
            "Latest search on X shows fewer results than usual for Mahfud MD",
            "Hasil pencarian terbaru X untuk Mahfud MD lebih sedikit dari biasanya",
        ),
        (
            State.IMPAIRED, "search-latest", "older",
            "Latest search on X shows only old results for Mahfud MD",
            "Pencarian terbaru X hanya menampilkan hasil lama untuk Mahfud MD",
        ),
        (
            State.IMPAIRED, "search-latest", "unordered",
            "Latest search on X shows results for Mahfud MD out of order",
            "Urutan hasil pencarian terbaru X untuk Mahfud MD kacau",
        ),
        (
            State.SURFACE_DOWN, "people", "down", "People search is failing for every name on X",
            "Pencarian akun X terganggu untuk semua nama",
        ),
        (
            State.PLATFORM_DOWN, None, "down", "X is failing for every name", "X terganggu untuk semua nama",
        ),
    ],
)  # fmt: skip
def test_it_says_who_what_and_where(
    state: State, surface: str | None, kind: str, english: str, indonesian: str
) -> None:
    assert sentence(state, ENGLISH, surface, kind) == english
    assert sentence(state, INDONESIAN, surface, kind) == indonesian


def test_a_limit_that_meets_comparison_names_too_is_not_said_to_be_for_one_name_alone() -> None:
    said = sample.verdict("x", "mahfud", State.SUPPRESSED)
    detail = {"kind": "only this name is limited", "answers": "limited", "together": "bread, rain"}
    evidence = evidence_of(replace(said, detail=detail))
    assert finding_sentence(ENGLISH, evidence, ["Mahfud MD"], "X") == (
        "For Mahfud MD and some comparison names, X answers with: rate limit"
    )
    assert finding_sentence(INDONESIAN, evidence, ["Mahfud MD"], "X") == (
        "Untuk Mahfud MD dan beberapa nama pembanding, X menjawab dengan: batas permintaan"
    )


@pytest.mark.parametrize("state", sorted(FINDINGS))
def test_every_finding_has_a_sentence_that_names_the_platform(state: State) -> None:
    for speech in (ENGLISH, INDONESIAN):
        assert "X" in sentence(state, speech)
