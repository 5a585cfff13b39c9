"""When a round calls for more rounds."""

from datetime import UTC, datetime
from uuid import UUID

from siaga.detection.rules.burst_trigger import calls_for_more, shows_recovery
from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement


def measured(subject: str, role: Role, matching: int, answer: Answer | None = None) -> Measurement:
    return Measurement(
        id=UUID(int=0),
        round=UUID(int=0),
        position=0,
        at=datetime(2024, 1, 25, tzinfo=UTC),
        election="e",
        platform="x",
        surface="search-latest",
        vantage="here",
        session=Session.PUBLIC,
        subject=subject,
        role=role,
        name=subject,
        answer=answer or (Answer.RESULTS if matching else Answer.EMPTY),
        count=matching,
        matching=matching,
    )


def round_of(target: Measurement, controls: list[int]) -> list[Measurement]:
    return [target, *(measured(f"c{n}", Role.CONTROL, found) for n, found in enumerate(controls))]


def target(matching: int, answer: Answer | None = None) -> Measurement:
    return measured("mahfud", Role.TARGET, matching, answer)


def test_a_name_missing_while_controls_are_found_calls_for_more() -> None:
    assert calls_for_more(round_of(target(0), [20] * 6))
    assert calls_for_more(round_of(target(0), [20] * 5 + [0]))


def test_an_outage_a_limit_and_a_round_as_usual_do_not() -> None:
    assert not calls_for_more(round_of(target(0), [0] * 6))
    assert not calls_for_more(round_of(target(0), [20, 20, 20, 0, 0, 0]))
    assert not calls_for_more(round_of(target(0, Answer.LIMITED), [20] * 6))
    assert not calls_for_more(round_of(target(20), [20] * 6))
    assert not calls_for_more([])


def test_a_name_found_as_fully_as_its_controls_shows_recovery() -> None:
    assert shows_recovery(round_of(target(20), [20, 18, 20]), {"mahfud"})
    assert shows_recovery(round_of(target(10), [20, 18, 20]), {"mahfud"})


def test_three_posts_where_controls_have_twenty_do_not_nor_does_another_name() -> None:
    assert not shows_recovery(round_of(target(3), [20, 18, 20]), {"mahfud"})
    assert not shows_recovery(round_of(target(0), [20, 18, 20]), {"mahfud"})
    assert not shows_recovery(round_of(target(20), [0, 0, 0]), {"mahfud"})
    assert not shows_recovery(round_of(target(20), [20, 18, 20]), {"ganjar"})
    assert not shows_recovery(round_of(target(20), [20, 18, 20]), set())
