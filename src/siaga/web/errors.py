"""What is answered where a request cannot be served."""

import math
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from siaga.domain.errors import Busy, Sentence, said_in
from siaga.web.html.rendering import Renderer
from siaga.web.http.problems import problem


class ErrorPages:
    """Answers for people and for programs."""

    def __init__(self, renderer: Renderer) -> None:
        self._renderer = renderer

    async def error(self, request: Request, exception: Exception) -> Response:
        """A helpful page for what is not there; problem details for a program."""
        status = exception.status_code if isinstance(exception, HTTPException) else 500
        if request.url.path.startswith("/api/"):
            answer = problem(status)
        else:
            detail = exception.detail if isinstance(exception, HTTPException) else ""
            answer = self._renderer.page(
                request,
                "error.html",
                status=status,
                code=status,
                detail=detail if isinstance(detail, Sentence) else None,
                said_in=said_in,
            )
        answer.headers.update(getattr(exception, "headers", None) or {})
        return answer

    async def busy(self, request: Request, exception: Exception) -> Response:
        """What cannot be had now: when it is worth another try."""
        wait = math.ceil(exception.wait.total_seconds()) if isinstance(exception, Busy) else 1
        return await self.error(request, HTTPException(503, headers={"Retry-After": str(wait)}))


async def lead_to_sign_in(request: Request, exception: Exception) -> Response:
    """To where people sign in, and from there on to the page that they wanted."""
    language = request.path_params.get("language", "id")
    following = request.url.path if request.method == "GET" else f"/{language}/"
    return RedirectResponse(f"/{language}/sign-in?next={quote(following)}", status_code=303)
