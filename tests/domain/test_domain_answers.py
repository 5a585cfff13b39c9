"""The record's closed vocabularies: words that stored measurements and open data hold."""

from siaga.domain.answers import Answer, Role, Session, Surface


def test_stored_words_keep_their_form() -> None:
    assert [*Answer] == [
        "results", "empty", "hidden", "refused", "error",
        "limited", "challenged", "walled", "unreachable", "unreadable", "withdrawn",
    ]  # fmt: skip
    assert [*Role] == ["target", "control", "canary"]
    assert [*Session] == ["public", "signed-in"]
    assert [*Surface] == [
        "search-latest", "search-top", "people", "suggest", "hashtag", "profile", "replies", "trends",
    ]  # fmt: skip


def test_a_word_is_written_as_it_is_stored() -> None:
    assert f"{Session.SIGNED_IN} {Surface.SEARCH_LATEST}" == "signed-in search-latest"
    assert Answer("walled") is Answer.WALLED
