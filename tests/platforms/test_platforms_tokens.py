"""When a token expires, by its own word."""

import base64
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from siaga.platforms.tokens import expiry_of


def token(claims: object) -> str:
    body = base64.urlsafe_b64encode(orjson.dumps(claims)).decode().rstrip("=")
    return f"e30.{body}.c2ln"


def test_a_web_token_names_its_end() -> None:
    assert expiry_of(token({"exp": 1706158800})) == datetime(2024, 1, 25, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "an-opaque-token",
        "a.b.c",
        "a.b",
        token({}),
        token([]),
        token({"exp": "soon"}),
        token({"exp": True}),
        token({"exp": None}),
        token({"exp": 1e40}),
    ],
)
def test_any_other_token_names_none(text: str) -> None:
    assert expiry_of(text) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert expiry_of(f"a.{text}.b") is None or isinstance(expiry_of(f"a.{text}.b"), datetime)
