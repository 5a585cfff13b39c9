"""The account of a case says what its events say, in both languages, and nothing of the room."""

from datetime import timedelta

import pytest
from tests.cases import case_stories as story
from tests.cases.case_stories import Book

from siaga.cases.commands import Command
from siaga.cases.events.account_drafted import AccountDrafted
from siaga.cases.events.account_published import AccountPublished
from siaga.cases.events.case_acknowledged import CaseAcknowledged
from siaga.cases.events.case_commented import CaseCommented
from siaga.cases.events.case_explained import CaseExplained, Cause
from siaga.cases.events.event_undone import EventUndone
from siaga.cases.guards import NotAllowed
from siaga.cases.narrative import draft_account
from siaga.i18n.speech import Speech, languages


def over() -> Book:
    """A case from its proof over a notice, an answer and a cause to its verified restoration."""
    book = Book()
    book.proven()
    book.now += timedelta(minutes=7)
    book.release("C-1")
    book.now += timedelta(minutes=20)
    book.do(Command(CaseAcknowledged(case="C-1")), story.LIAISON)
    cause = CaseExplained("C-1", Cause.SPAM_CLEANUP, "A clean-up took too much.")
    book.do(Command(cause), story.LIAISON)
    book.do(Command(CaseCommented(case="C-1", text="A secret of the room")), story.CITRA)
    book.now += timedelta(hours=3)
    book.restored()
    return book


def drafted(book: Book, language: str = "en") -> str:
    case = book.case("C-1")
    assert case is not None
    return draft_account(case, book.history("C-1"), story.ELECTION, Speech(language, "Asia/Jakarta"))


def test_it_says_how_long_each_part_took_and_what_the_platform_said() -> None:
    text = drafted(over())
    for words in (
        "Mahfud MD was not found as usual on x. It ",
        "It was found again by 25 Jan 2024, 10:27:00 WIB; the restoration was verified at "
        "25 Jan 2024, 10:27:00 WIB.",
        "from proof to notice: 7 minutes",
        "from notice to the platform's first reply: 20 minutes",
        "from notice to verified restoration: 3 hours 20 minutes",
        "in total: 3 hours 27 minutes",
        "Cause stated by the platform: spam clean-up. “A clean-up took too much.”",
        "25 Jan 2024, 07:07:00: Notice sent to the platform. (control room)",
        "Restoration verified: found as usual again. (Siaga)",
    ):
        assert words in text


@pytest.mark.parametrize("language", languages())
def test_it_names_nobody_of_the_room_and_repeats_no_word_of_theirs(language: str) -> None:
    text = drafted(over(), language)
    for private in ("ayu", "bima", "citra", "x-oncall", "A secret of the room"):
        assert private not in text


def test_without_a_cause_it_says_that_none_was_given() -> None:
    book = Book()
    book.notified()
    book.restored()
    assert "The platform did not state a cause." in drafted(book)


def test_what_was_taken_back_is_not_told() -> None:
    book = Book()
    book.notified()
    book.do(Command(CaseAcknowledged(case="C-1")), story.CITRA)
    event = book.history("C-1")[-1].seq
    book.do(Command(EventUndone("C-1", event), "It was another case."), story.CITRA)
    book.restored()
    assert "The platform acknowledged the notice." not in drafted(book)


# Publishing


def published(book: Book, text: str, digest: str | None = None) -> None:
    book.do(Command(AccountDrafted(case="C-1", language="en", text=text)), story.CITRA)
    case = book.case("C-1")
    assert case is not None
    publish = AccountPublished("C-1", "en", digest or case.account_digest("en") or "")
    book.do(Command(publish), story.AYU)


def test_the_public_reads_what_was_published_and_not_what_was_written_since() -> None:
    book = over()
    published(book, "First.")
    later = {"case": "C-1", "language": "en", "text": "Not yet."}
    book.do(Command(AccountDrafted(**later)), story.CITRA)
    case = book.case("C-1")
    assert case is not None
    assert (case.accounts["en"], case.published["en"].text) == ("Not yet.", "First.")


def test_what_was_changed_meanwhile_is_read_again_before_it_is_published() -> None:
    book = over()
    with pytest.raises(NotAllowed, match="changed meanwhile"):
        published(book, "First.", "0" * 64)
    published(book, "First.")
    with pytest.raises(NotAllowed, match="already published with this text"):
        published(book, "First.")


def test_only_a_case_that_is_over_has_an_account_and_only_an_approver_publishes() -> None:
    book = Book()
    book.notified()
    what = {"case": "C-1", "language": "en", "text": "Too early."}
    with pytest.raises(NotAllowed):
        book.do(Command(AccountDrafted(**what)), story.CITRA)
    book.restored()
    book.do(Command(AccountDrafted(**what)), story.CITRA)
    case = book.case("C-1")
    assert case is not None
    publish = Command(AccountPublished("C-1", "en", case.account_digest("en") or ""))
    with pytest.raises(NotAllowed):
        book.do(publish, story.CITRA)
    book.do(publish, story.AYU)


def test_nobody_publishes_what_they_wrote_themselves() -> None:
    book = over()
    book.do(Command(AccountDrafted(case="C-1", language="en", text="Mine.")), story.AYU)
    case = book.case("C-1")
    assert case is not None
    publish = Command(AccountPublished("C-1", "en", case.account_digest("en") or ""))
    with pytest.raises(NotAllowed, match="another person"):
        book.do(publish, story.AYU)
    published = book.do(publish, story.BIMA)
    assert published.published["en"].text == "Mine."
