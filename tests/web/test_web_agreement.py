"""Whatever was measured, every surface says the same of a finding: the proof's figures, and those of now."""

import html
import re
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.web import sample_room as sample
from tests.web.browsing import asking

from siaga.cases.case import NoticeType
from siaga.cases.case_evidence import case_evidence
from siaga.cases.durations import began_at
from siaga.cases.events.case_opened import CaseOpened
from siaga.cases.events.case_verified import CaseVerified
from siaga.cases.notices.compose import compose
from siaga.cases.publication import EVERYBODY
from siaga.cases.verdict_json import verdict_to_json
from siaga.domain.time import EPOCH
from siaga.domain.verdicts import PROVEN, Counts, State, Verdict
from siaga.i18n.evidence_phrases import began_sentence, counts_sentence, strength_lines
from siaga.i18n.speech import Speech

HISTORIES = 100
FEED = "/en/cases.atom"
OTHERS = ("/en/", "/en/history", "/en/platforms/x", FEED)
"""Each history is also held against one of these, in turn."""
SPEECH = Speech("en", sample.ELECTION.timezone)
NOW_STATES = (*sorted(PROVEN), State.SUSPECTED, State.FINDABLE, State.UNMEASURABLE, State.INSUFFICIENT)


def measured(random: Random, state: State, minutes: int) -> Verdict:
    """A verdict so many minutes ago, of random figures."""
    at = sample.NOW - timedelta(minutes=minutes)
    asked = random.randint(5, 2_000)
    began = at - timedelta(minutes=random.randint(5, 90))
    return replace(
        sample.verdict("x", "mahfud", state, evidence=10 ** random.uniform(2, 40)),
        at=at,
        since=began,
        counts=Counts(asked, random.randint(1, asked), 12 * asked, random.randint(0, asked)),
        onset=(random.choice([EPOCH, began - timedelta(minutes=3)]), began),
        surface="search-latest",
        detail={"kind": "missing", "psi": "2", "surfaces": "search-latest", "surfaces_unmeasured": "people"},
    )


async def test_pages_api_and_notices_agree_for_a_hundred_random_histories() -> None:
    random = Random(20240125)
    for number in range(HISTORIES):
        proof = measured(random, random.choice(sorted(PROVEN)), random.randint(60, 2_000))
        present = measured(random, random.choice(NOW_STATES), 1)
        said = verdict_to_json(proof)
        opening: dict[str, Any] = {"platform": "x", "surface": None, "severity": "high", "verdict": said}
        history = [
            sample.event(1, 50, "watch", CaseOpened.kind, case="C-1", subject="mahfud", **opening),
            sample.event(2, 50, "watch", CaseVerified.kind, case="C-1", verdict=said),
        ]
        room = sample.SampleRoom(said=[present], histories={"C-1": history})
        (case,) = room.cases()
        evidence = case_evidence(case, EVERYBODY, room.said)
        assert evidence is not None
        lines = strength_lines(SPEECH, evidence)
        assert len(lines) == (2 if present.state in PROVEN else 1)
        async with asking(room) as browser:
            pages = [html.unescape((await browser.get("/en/cases/C-1")).text)]
            if present.state in PROVEN:
                pages.append(html.unescape((await browser.get("/en/names/x/mahfud")).text))
            answer = (await browser.get("/api/v1/cases/C-1")).json()["evidence"]
            other = OTHERS[number % len(OTHERS)]
            shown = html.unescape((await browser.get(other)).text)
        assert began_at(case) == evidence.began.by, "the room's lane counts from there"
        assert "1970" not in shown
        if other == FEED:
            assert lines[0] in shown, "the proof's figures"
            assert began_sentence(SPEECH, evidence) in shown
        elif present.state in PROVEN:
            assert evidence.present is not None
            began = SPEECH.moment(evidence.began.by, sample.NOW)
            (finding,) = re.findall(r'<a class="finding .*?</a>', shown, re.DOTALL)
            assert counts_sentence(SPEECH, evidence.present) in finding, number
            assert SPEECH.odds(evidence.present.evidence) in finding, number
            assert f">{began}</time>" in finding, number
            assert ("before " in finding) is (evidence.began.after is None), number
        notice = compose(NoticeType.RESTORE, evidence, case, room.election, SPEECH, sample.NOW).body
        for text in (*pages, notice):
            assert all(line in text for line in lines), number
            assert "1970" not in text, number
        assert began_sentence(SPEECH, evidence) in notice
        for strength, told in ((evidence.proven, answer["proven"]), (evidence.present, answer["present"])):
            assert (strength is None) is (told is None)
            if strength is not None:
                assert (strength.evidence, strength.counts.missing) == (
                    told["evidence"],
                    told["counts"]["missing"],
                )
        if present.state is State.SUSPECTED:
            assert SPEECH.odds(present.evidence) not in pages[0] or present.evidence > 1e15, number
