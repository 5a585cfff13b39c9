"""What a simulated Mastodon server says of itself."""

from collections.abc import Mapping

NAME = "sosial.example"
SERVER = f"https://{NAME}"
VERSION = "4.3.2"
NODEINFO = "http://nodeinfo.diaspora.software/ns/schema"

CONFIGURATION: Mapping[str, object] = {
    "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
    "statuses": {"max_characters": 500, "max_media_attachments": 4, "characters_reserved_per_url": 23},
    "media_attachments": {"supported_mime_types": ["image/png"], "image_size_limit": 16_777_216},
    "polls": {"max_options": 4, "max_characters_per_option": 50},
}
INSTANCE_V1: Mapping[str, object] = {
    "uri": NAME,
    "title": "Sosial",
    "short_description": "Simulated.",
    "description": "Simulated.",
    "email": f"admin@{NAME}",
    "version": VERSION,
    "urls": {"streaming_api": f"wss://{NAME}"},
    "stats": {"user_count": 4000, "status_count": 900_000, "domain_count": 1200},
    "thumbnail": f"{SERVER}/thumbnail.png",
    "languages": ["id"],
    "registrations": False,
    "approval_required": False,
    "invites_enabled": False,
    "configuration": CONFIGURATION,
    "contact_account": None,
    "rules": [],
}
INSTANCE_V2: Mapping[str, object] = {
    "domain": NAME,
    "title": "Sosial",
    "version": VERSION,
    "api_versions": {"mastodon": 2},
    "source_url": "https://github.com/mastodon/mastodon",
    "description": "Simulated.",
    "usage": {"users": {"active_month": 2500}},
    "thumbnail": {"url": f"{SERVER}/thumbnail.png"},
    "languages": ["id"],
    "configuration": CONFIGURATION,
    "registrations": {"enabled": False, "approval_required": False, "message": None, "url": None},
    "contact": {"email": f"admin@{NAME}", "account": None},
    "rules": [],
}
INFORMATION: Mapping[str, object] = {
    "version": "2.0",
    "software": {"name": "mastodon", "version": VERSION},
    "protocols": ["activitypub"],
    "services": {"outbound": [], "inbound": []},
    "usage": {"users": {"total": 4000, "activeMonth": 2500, "activeHalfyear": 3200}, "localPosts": 900_000},
    "openRegistrations": False,
    "metadata": {},
}
