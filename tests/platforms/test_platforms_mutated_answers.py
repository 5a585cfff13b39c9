"""A few thousand bent answers, and that the judge of them sees what is wrong."""

import random

import pytest
from tests.platforms.all_samples import SAMPLES
from tests.platforms.mutated_answers import bent, cases, fault, read
from tests.platforms.platform_samples import answer

from siaga.domain.answers import Answer
from siaga.platforms.conversation import Reading, Response

NOTHING = Reading(Answer.EMPTY, count=0, matching=0)
FOUND = Reading(Answer.RESULTS, count=1, matching=1)
SEARCH = ("bluesky", "search-latest")


@pytest.mark.parametrize("case", cases(), ids="-".join)
def test_no_bent_answer_raises_or_reads_off_contract(case: tuple[str, str]) -> None:
    chance = random.Random("-".join(case))
    for _ in range(120):
        answers = bent(chance, case)
        reading, last = read(case, answers)
        assert not fault(case, reading, last), (reading, last)


@pytest.mark.parametrize(
    ("reading", "last"),
    [
        (Reading(Answer.UNREACHABLE), answer(200, {"posts": []})),
        (NOTHING, answer(500, {"error": "InvalidRequest", "message": "Profile not found"})),
        (NOTHING, answer(302, {"posts": []})),
        (FOUND, answer(404, {"posts": [{}]})),
        (NOTHING, answer(200, b"<html></html>")),
        (NOTHING, answer(200, b'{"posts":[{}],"posts":[]}')),
        (NOTHING, answer(200, {"posts": [{"text": "Mahfud"}]})),
        (NOTHING, answer(200, {"posts": [], "hitsTotal": 812})),
        (NOTHING, answer(200, {"posts": [], "cursor": "25"})),
        (Reading(Answer.RESULTS, count=0, matching=0), answer(200, {"posts": []})),
    ],
)
def test_the_judge_sees_a_false_reading(reading: Reading, last: Response) -> None:
    assert fault(SEARCH, reading, last)


def test_the_judge_lets_true_readings_pass() -> None:
    assert not fault(SEARCH, NOTHING, answer(200, {"posts": []}))
    for case, answers in SAMPLES.items():
        assert not fault(case, *read(case, answers)), case


@pytest.mark.parametrize("status", [200, 302, 401, 429, 500, 502, 511])
def test_words_of_the_name_count_only_with_a_status_of_it(status: int) -> None:
    given = answer(status, {"error": "InvalidRequest", "message": "Profile not found"})
    reading, _ = read(("bluesky", "profile"), [given])
    assert reading.answer is not Answer.EMPTY
