"""What holds for every reader alike: names are found, canaries are not, nothing secret is in an address."""

import pytest
from tests.platforms.all_samples import BY_PLATFORM, SAMPLES
from tests.platforms.platform_samples import answer
from tests.platforms.platform_talk import AT, SECRET, ask, instance, opening, talk

from siaga.domain.answers import Answer, Session, Surface
from siaga.platforms.conversation import Query, Reading, Request
from siaga.platforms.registry import platforms

SURFACES = [
    pytest.param(id, surface, id=f"{id}-{surface}")
    for id, reader in sorted(platforms().items())
    for surface in sorted(reader.surfaces)
]
STRANGE = {
    "quotes": 'Mahfud "MD"',
    "operator": "from:mahfud -is:reply OR #x",
    "emoji": "🐘 mahfud ❤️",
    "right to left": "\u200fمحفوظ\u200e mahfud",
    "long": "mahfud " * 28 + "md!!",
    "path": "../../admin?x=1#y",
    "newlines": "mahfud\r\nX-Evil: 1",
    "half a pair": "mahfud\ud800",
    "null": "mahfud\x00",
}


def test_every_surface_has_a_sample_and_every_sample_a_surface() -> None:
    assert set(SAMPLES) == {
        (id, surface) for id, reader in platforms().items() for surface in reader.surfaces
    }


@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_a_name_is_found(id: str, surface: str) -> None:
    reading = ask(id, surface, *SAMPLES[id, surface])
    assert reading.answer is Answer.RESULTS, reading
    assert reading.count is not None
    assert reading.matching == reading.count >= 1


@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_results_of_which_none_match_do_not_pass_for_the_canary(id: str, surface: str) -> None:
    if surface in BY_PLATFORM[id].unnamed:
        return
    reading = ask(id, surface, *SAMPLES[id, surface], name="qzxvkwptbh")
    assert reading.answer is Answer.RESULTS
    assert reading.matching == 0


@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_no_conversation_takes_more_requests_than_it_says(id: str, surface: str) -> None:
    conversation = platforms()[id].ask(instance(id), Query(surface, "mohmahfudmd", AT))
    _, asked = talk(conversation, SAMPLES[id, surface])
    assert len(asked) <= platforms()[id].cost[surface]


@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_no_address_has_a_secret(id: str, surface: str) -> None:
    conversation = platforms()[id].ask(instance(id), Query(surface, "mohmahfudmd", AT))
    reading, asked = talk(conversation, SAMPLES[id, surface])
    assert SECRET not in repr(reading)
    for one in asked:
        assert SECRET not in one.url


@pytest.mark.parametrize("session", Session)
@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_only_who_is_signed_in_shows_the_secret(id: str, surface: str, session: Session) -> None:
    conversation = platforms()[id].ask(instance(id, session), Query(surface, "mohmahfudmd", AT))
    asked = next(conversation)
    shown = isinstance(asked, Request) and any(SECRET in value for value in asked.headers.values())
    assert shown == (session is Session.SIGNED_IN and platforms()[id].credential is not None)


@pytest.mark.parametrize("name", STRANGE.values(), ids=STRANGE.keys())
@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_a_strange_name_is_asked_as_a_name_or_not_at_all(id: str, surface: str, name: str) -> None:
    asked = opening(id, surface, name)
    if isinstance(asked, Reading):
        assert asked.answer is Answer.UNREADABLE
        assert asked.note
        return
    assert asked.url.isascii()
    assert asked.url.isprintable()
    assert " " not in asked.url
    path, _, query = asked.url.partition("?")
    assert "#" not in asked.url
    assert ".." not in path.split("/")
    assert asked.url.partition(":")[2].startswith(instance(id).address.partition(":")[2])
    assert "?" not in query


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (answer(500, b"oops"), Answer.ERROR),
        (answer(502, b"<html>Bad gateway</html>"), Answer.ERROR),
        (answer(429, b"slow down"), Answer.LIMITED),
        (answer(401, b""), Answer.WALLED),
        (answer(403, b"<html><title>Just a moment...</title></html>"), Answer.CHALLENGED),
        (answer(503, b"<html>wait</html>", cf_mitigated="challenge"), Answer.CHALLENGED),
        (answer(200, b"<html><script id='anubis_challenge'></script></html>"), Answer.CHALLENGED),
        (answer(418, b"teapot"), Answer.UNREADABLE),
        (answer(200, b"<html>Welcome!</html>"), Answer.UNREADABLE),
        (answer(200, b""), Answer.UNREADABLE),
        (answer(200, b"null"), Answer.UNREADABLE),
        (answer(200, b"{}"), Answer.UNREADABLE),
        (answer(200, b"[1]"), Answer.UNREADABLE),
        (answer(302, b""), Answer.UNREADABLE),
    ],
)
@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_what_http_alone_says(id: str, surface: str, given: object, expected: Answer) -> None:
    if surface in BY_PLATFORM[id].any_object and given.body == b"{}":  # type: ignore[attr-defined]
        return
    assert ask(id, surface, given).answer is expected  # type: ignore[arg-type]


@pytest.mark.parametrize(("id", "surface"), SURFACES)
def test_an_answer_cut_off_is_unreadable(id: str, surface: str) -> None:
    *before, last = SAMPLES[id, surface]
    if last.status == 101:
        return  # frames are whole or missing; the relay's own tests tell of that
    cut = type(last)(last.status, last.headers, last.body, last.final_url, truncated=True)
    assert ask(id, surface, *before, cut).answer is Answer.UNREADABLE


@pytest.mark.parametrize("id", sorted(platforms()))
def test_a_surface_that_a_platform_has_not_is_not_asked(id: str) -> None:
    conversation = platforms()[id].ask(instance(id), Query("stories", "mahfud", AT))
    with pytest.raises(StopIteration) as over:
        next(conversation)
    assert over.value.value.answer is Answer.UNREADABLE


@pytest.mark.parametrize("id", sorted(platforms()))
def test_what_the_election_check_needs_is_there(id: str) -> None:
    reader = platforms()[id]
    assert reader.id == id
    assert reader.reader.startswith(f"{id}@")
    assert reader.credential in {None, "bearer", "password", "key"}
    assert set(reader.cost) == set(reader.surfaces) <= set(Surface)
    assert all(reader.surfaces.values())
    signs_in = any(Session.SIGNED_IN in sessions for sessions in reader.surfaces.values())
    assert signs_in == (reader.credential is not None)
