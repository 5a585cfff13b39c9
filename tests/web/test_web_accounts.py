"""Signing in and out, sessions, people and keys."""

import re

import httpx
from tests.web.acting_room import PASSWORD, SCRIPT, ActingRoom
from tests.web.browsing import fields, token

from siaga.cases.events.case_commented import CaseCommented
from siaga.people.sessions import IDLE


async def test_signing_in_leads_on_only_inside(room: ActingRoom) -> None:
    for wanted, led in (
        ("/en/cases/C-1", "/en/cases/C-1"),
        ("//evil.example", "/en/room"),
        ("https://evil.example", "/en/room"),
        ("/en/\\evil", "/en/room"),
    ):
        answer = await room.browser().post(
            "/en/sign-in", params={"next": wanted}, data={"id": "ayu", "password": PASSWORD}
        )
        assert answer.headers["location"] == led


async def test_a_wrong_password_keeps_the_name_and_never_the_password(room: ActingRoom) -> None:
    answer = await room.browser().post("/en/sign-in", data={"id": "ayu", "password": "hunter2-hunter2"})
    assert answer.status_code == 403
    assert 'value="ayu"' in answer.text
    assert "hunter2" not in answer.text


async def test_the_cookie_is_the_browsers_alone(room: ActingRoom) -> None:
    answer = await room.browser().post("/en/sign-in", data={"id": "ayu", "password": PASSWORD})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    secure = httpx.AsyncClient(transport=httpx.ASGITransport(app=room.site()), base_url="https://127.0.0.1")
    answer = await secure.post("/en/sign-in", data={"id": "ayu", "password": PASSWORD})
    assert answer.headers["set-cookie"].startswith("__Host-siaga-session=")
    assert "secure" in answer.headers["set-cookie"].lower()


async def test_signing_out_ends_the_session(room: ActingRoom) -> None:
    ayu = await room.signed_in("ayu")
    held = dict(ayu.cookies)
    page = (await ayu.get("/en/me")).text
    assert (await ayu.post("/en/sign-out", data=token(page))).status_code == 303
    again = room.browser()
    again.cookies.update(held)
    assert (await again.get("/en/me")).status_code == 303


async def test_a_session_that_rested_acts_no_more(room: ActingRoom) -> None:
    ayu = await room.signed_in("ayu")
    page = (await ayu.get("/en/cases/C-1")).text
    room.clock.advance(IDLE)
    form = {**fields(page, "/en/cases/C-1/comment"), "text": "late"}
    assert (await ayu.post("/en/cases/C-1/comment", data=form)).status_code == 303
    assert all(event.kind != CaseCommented.kind for event in room.casework.history("C-1"))


async def test_only_an_administrator_sees_and_changes_people(room: ActingRoom) -> None:
    ayu, eka = await room.signed_in("ayu"), await room.signed_in("eka")
    assert (await ayu.get("/en/people")).status_code == 403
    form = token((await ayu.get("/en/me")).text)
    assert (
        await ayu.post("/en/people/role", data={**form, "id": "ayu", "role": "administrator"})
    ).status_code == 403
    form = token((await eka.get("/en/people")).text)
    added = {**form, "id": "fajar", "label": SCRIPT, "role": "operator", "password": PASSWORD}
    assert (await eka.post("/en/people/add", data=added)).status_code == 303
    assert SCRIPT not in (await eka.get("/en/people")).text
    weak = await eka.post("/en/people/add", data={**added, "id": "gita", "password": "short"})
    assert weak.status_code == 422
    assert (await eka.post("/en/people/disable", data={**form, "id": "ayu"})).status_code == 303
    assert (await ayu.get("/en/me")).status_code == 303
    last = await eka.post("/en/people/role", data={**form, "id": "eka", "role": "watcher"})
    assert "only administrator" in last.text


async def test_an_administrator_makes_a_key_that_is_shown_once_and_revokes_it(room: ActingRoom) -> None:
    eka, ayu = await room.signed_in("eka"), await room.signed_in("ayu")
    form = token((await eka.get("/en/people")).text)
    made = await eka.post(
        "/en/people/key", data={**form, "label": f"X's program {SCRIPT}", "scope": "liaison:x-oncall"}
    )
    found = re.search(r"siaga_[A-Za-z0-9_-]+", made.text)
    assert found is not None
    assert SCRIPT not in made.text
    assert found[0] not in (await eka.get("/en/people")).text
    known = room.accounts.keys.of(found[0])
    assert known is not None
    for scope in ("liaison:nobody", "role:approver", "role:administrator", ""):
        refused = await eka.post("/en/people/key", data={**form, "label": "x", "scope": scope})
        assert refused.status_code == 400
    mine = token((await ayu.get("/en/me")).text)
    assert (await ayu.post("/en/people/key", data={**mine, "label": "x"})).status_code == 403
    gone = await eka.post("/en/people/revoke-key", data={**form, "key": known.id})
    assert gone.status_code == 303
    assert room.accounts.keys.of(found[0]) is None
