"""What everybody sees alike is kept by caches; what one person sees is not."""

from pathlib import Path

from tests.web.acting_room import ActingRoom


async def test_what_everybody_sees_can_be_kept_by_caches_and_what_one_sees_cannot(tmp_path: Path) -> None:
    with ActingRoom(tmp_path) as room:
        public = room.browser()
        page = await public.get("/en/cases")
        assert page.headers["cache-control"] == "public, max-age=2"
        assert "Cookie" in page.headers["vary"]
        again = await public.get("/en/cases", headers={"If-None-Match": page.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        inside = await room.signed_in("citra")
        own = await inside.get("/en/cases", headers={"If-None-Match": page.headers["etag"]})
        assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")
