"""The records that rooms hand to each other."""

from dataclasses import FrozenInstanceError, fields
from datetime import UTC, datetime
from uuid import UUID

import pytest

from siaga.domain.answers import Answer, Role, Session
from siaga.domain.records import Measurement, Round, Stream
from siaga.measurements.schema import SCHEMA

STREAM = Stream("x", "people", "medan", Session.SIGNED_IN)
MEASUREMENT = Measurement(
    id=UUID(int=1),
    round=UUID(int=2),
    position=0,
    at=datetime(2024, 1, 25, tzinfo=UTC),
    election="pilpres",
    platform="x",
    surface="people",
    vantage="medan",
    session=Session.SIGNED_IN,
    subject="mahfud",
    role=Role.TARGET,
    name="mahfud md",
    answer=Answer.EMPTY,
)


def test_a_measurement_belongs_to_the_stream_that_its_round_was_asked_in() -> None:
    asked = Round(UUID(int=2), MEASUREMENT.at, STREAM, bytes(32), ())
    assert MEASUREMENT.stream == asked.stream


def test_streams_are_compared_by_platform_then_surface_then_vantage() -> None:
    others = [
        Stream("bluesky", "suggest", "z", Session.SIGNED_IN),
        Stream("x", "hashtag", "z", Session.SIGNED_IN),
        Stream("x", "people", "jakarta", Session.SIGNED_IN),
        Stream("x", "people", "medan", Session.PUBLIC),
    ]
    assert sorted([STREAM, *others]) == [*others, STREAM]


def test_a_measurement_is_a_fact_that_nobody_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        MEASUREMENT.answer = Answer.RESULTS  # type: ignore[misc]


def test_what_was_not_measured_is_none_and_never_nought() -> None:
    said = ("id", "round", "position", "at", "election", "platform", "surface", "vantage", "session",
            "subject", "role", "name", "answer", "reader", "agent")  # fmt: skip
    unsaid = [field.name for field in fields(Measurement) if field.name not in said]
    assert {getattr(MEASUREMENT, name) for name in unsaid} == {None}


def test_a_measurement_is_field_for_field_the_open_data_record() -> None:
    assert [field.name for field in fields(Measurement)] == SCHEMA.names
