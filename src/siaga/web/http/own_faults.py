"""Mistakes of ours while a page is made: said once each, by their place; a visitor who leaves is none."""

import logging
import traceback
from pathlib import Path
from typing import Final

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

MOST_KINDS: Final = 100
"""Kinds of mistake that are told apart."""

_log = logging.getLogger(__name__)


class OwnFaults:
    """Keeps what goes wrong in a page from whatever runs beside, as plain ASGI."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what went wrong has been answered as a page by then."""
        try:
            await self._app(scope, receive, send)
        except ClientDisconnect:
            return
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            kind = f"{type(error).__name__} in {Path(place.filename).name}, line {place.lineno}"
            if kind not in self._known and len(self._known) < MOST_KINDS:
                self._known.add(kind)
                _log.error("a page could not be made, and will not each time that this happens: %s", kind)
