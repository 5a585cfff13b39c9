"""Samples of Lemmy's API types, v3 (0.19) and v4 (1.0), and the contract they keep to, in our own words."""

from typing import Any

from tests.platforms.platform_samples import (
    FLAG,
    HANDLE,
    NUMBER,
    TEXT,
    TEXTS,
    TIME,
    TIMES,
    Samples,
    a,
    answer,
    exactly,
    several,
)

from siaga.platforms.conversation import Response

# NodeInfo 2.1
NODEINFO_FORM = a(version=exactly("2.1"), software=a(name=TEXT, version=TEXT), protocols=several(TEXT))
# SearchResponse with PostView, PersonView and CommunityView, as v3 and v4 have them
POST_FORM = a(
    id=NUMBER, name=TEXT, ap_id=TEXT, featured_local=FLAG, optional={"body": TEXT, "alt_text": TEXT}
)
POST_FORMS = {
    "v3": {"allOf": [POST_FORM, a(published=TIME)]},
    "v4": {"allOf": [POST_FORM, a(published_at=TIME)]},
}
PERSON_FORM = a(id=NUMBER, name=TEXT, optional={"display_name": TEXT})
COMMUNITY_FORMS = {
    "v3": a(id=NUMBER, name=TEXT, title=TEXT),
    "v4": a(id=NUMBER, name=TEXT, optional={"title": TEXT}),
}


def search_form(api: str) -> dict[str, Any]:
    lists = {
        "posts": several(a(post=POST_FORMS[api])),
        "communities": several(a(community=COMMUNITY_FORMS[api])),
        "users" if api == "v3" else "persons": several(a(person=PERSON_FORM)),
        "comments": several({"type": "object"}),
    }
    return a(**lists, **({"type_": TEXT} if api == "v3" else {"multi_communities": several({})}))


def nodeinfo(version: str, name: str = "lemmy") -> Response:
    software = {"name": name, "version": version}
    return answer(200, {"version": "2.1", "software": software, "protocols": ["activitypub"]})


SERVERS = {"v3": nodeinfo("0.19.20"), "v4": nodeinfo("1.0.0-beta.1")}


def post(api: str, name: str, at: str, **more: object) -> dict[str, Any]:
    published = "published" if api == "v3" else "published_at"
    own = {"id": 1, "name": name, "ap_id": "https://a.example/post/1", "featured_local": False, published: at}
    return {"post": {**own, **more}, "creator": PERSON}


PERSON: dict[str, Any] = {"id": 2, "name": HANDLE, "display_name": "Mahfud MD"}
COMMUNITY: dict[str, Any] = {"id": 3, "name": "mahfud", "title": "Kabar Mahfud"}
POSTS = {api: [post(api, text, at) for text, at in zip(TEXTS, TIMES, strict=True)] for api in SERVERS}


def found(api: str, kind: str = "", *views: dict[str, Any]) -> Response:
    """A search's answer that has these views of a kind and nothing else."""
    kinds = [
        "posts",
        "communities",
        "comments",
        *(["users"] if api == "v3" else ["persons", "multi_communities"]),
    ]
    body: dict[str, Any] = {**{key: [] for key in kinds}, kind or "posts": list(views)}
    return answer(200, {"type_": "All", **body} if api == "v3" else body)


def people(api: str, *persons: dict[str, Any]) -> Response:
    kind = "users" if api == "v3" else "persons"
    return found(api, kind, *({"person": person, "is_admin": False} for person in persons))


def communities(api: str, *known: dict[str, Any]) -> Response:
    return found(api, "communities", *({"community": community} for community in known))


FINDING = {
    api: {
        "search-latest": [server, found(api, "posts", *POSTS[api])],
        "search-top": [server, found(api, "posts", *POSTS[api])],
        "people": [server, people(api, PERSON)],
        "hashtag": [server, communities(api, COMMUNITY)],
    }
    for api, server in SERVERS.items()
}
"""By API and surface, the answers of a conversation that finds the name."""
CONTRACTS = {api: [NODEINFO_FORM, search_form(api)] for api in SERVERS}
USED = {"search-latest": "v3", "search-top": "v4", "people": "v3", "hashtag": "v4"}
"""The API by which each surface is tested as all platforms are; test_platforms_lemmy.py has the others."""

SAMPLES = Samples(
    address="https://lemmy.example",
    answers={surface: FINDING[api][surface] for surface, api in USED.items()},
    contract={surface: CONTRACTS[api] for surface, api in USED.items()},
)
