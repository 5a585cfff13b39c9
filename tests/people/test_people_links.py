"""A link's token opens what it was made for; no other text opens anything."""

from pathlib import Path
from string import printable

from hypothesis import given
from hypothesis import strategies as st

from siaga.people.links import KEY_BYTES, Links, key_in

LINKS = Links(b"k" * KEY_BYTES)
SENT = "TC0wMTIzNDU2Nzg5YWI.qxd4CPm3Vrfx7bZ1Lnp5UP8P8ru0k_l0OOyRh5qNTMg"
"""A token as it stands in mails that went out long ago."""


def test_a_link_that_was_sent_long_ago_still_opens() -> None:
    assert LINKS.link(SENT) == "L-0123456789ab"
    assert LINKS.token("L-0123456789ab") == SENT


@given(st.text(max_size=60))
def test_what_was_signed_is_read_again(text: str) -> None:
    assert LINKS.link(LINKS.token(text)) == text


@given(st.text(max_size=400))
def test_no_other_text_is_a_token(text: str) -> None:
    assert LINKS.link(text) is None


def test_no_token_that_differs_in_one_letter_is_taken() -> None:
    changed = {
        SENT[:place] + letter + SENT[place + kept :]
        for place in range(len(SENT) + 1)
        for letter in printable
        for kept in (0, 1)
    } - {SENT}
    assert [token for token in changed if LINKS.link(token) is not None] == []


def test_another_watchs_token_is_none_of_ours() -> None:
    assert Links(b"x" * KEY_BYTES).link(SENT) is None


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    key = key_in(tmp_path)
    assert len(key) == KEY_BYTES
    assert key_in(tmp_path) == key
    assert (tmp_path / "links.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["links.key"]
