"""A missing credential closes the signed-in session of its own platform, and nothing else."""

from siaga.domain.answers import Session
from siaga.domain.credentials import MissingCredential, is_unasked

LACKED = MissingCredential("x", "bearer", "https://x.example", "TOKEN", None, is_all=False)


def test_only_what_is_asked_signed_in_at_that_platform_is_not_asked() -> None:
    assert is_unasked([LACKED], "x", Session.SIGNED_IN)
    assert not is_unasked([LACKED], "x", Session.PUBLIC)
    assert not is_unasked([LACKED], "bluesky", Session.SIGNED_IN)
    assert not is_unasked([], "x", Session.SIGNED_IN)
