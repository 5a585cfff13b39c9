"""Browsers without a screen: they ask a site's pages in this process, and fill its forms in."""

import re

import httpx
from starlette.types import ASGIApp

from siaga.ports.site import SitePorts
from siaga.ports.watch import WatchView
from siaga.web.app import create_site


def client(app: ASGIApp, host: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser of somebody at a site."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{host}:8000")


def asking(room: WatchView, host: str = "127.0.0.1") -> httpx.AsyncClient:
    """A browser of somebody at a room's public pages, each made anew."""
    return client(create_site(SitePorts(room), fresh_s=0), host)


def fields(page: str, action: str) -> dict[str, str]:
    """The fields of the form with an address, as a browser would send them untouched."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, re.DOTALL)
    assert form is not None, f"no form {action}"
    boxes = re.findall(r'<input[^>]*type="checkbox"[^>]*>', form[1])
    ticked = re.sub("|".join(re.escape(box) for box in boxes if "checked" not in box) or "^$", "", form[1])
    found = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', ticked))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form[1], re.DOTALL):
        found[name] = text
    return {name: text.replace("&#34;", '"').replace("&#39;", "'") for name, text in found.items()}


def token(page: str) -> dict[str, str]:
    """The form token of a page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', page)
    return {"csrf": found[1]} if found else {}
