"""Who may talk to the drop page: the page itself, from this machine or with the token.

Three checks stand before every request. The *host* must be one that the server was started for, so that a foreign name
that was rebound to 127.0.0.1 gets nothing (DNS rebinding). Whatever changes something must come from the page's own
*origin* (CSRF). Where the server can be reached from elsewhere, a *token* is needed, which the start prints and a
strict cookie keeps.
"""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "vmtriage"
_SAFE = ("GET", "HEAD")
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guards:
    """The checks before `app`, for `hosts` as they stand in a Host header ('127.0.0.1:8086'); `token` is None where
    none is needed."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str], token: str | None) -> None:
        self._app, self._hosts, self._token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        if scope["type"] != "http":  # start and end of the server
            await self._app(scope, receive, send)
            return
        answer = self._refusal(Request(scope)) or self._app
        await answer(scope, receive, with_headers)

    def _refusal(self, request: Request) -> Response | None:
        host = request.headers.get("host", "").lower()
        if host not in self._hosts:
            return PlainTextResponse("This server does not answer to that host name.", 421)
        if request.method not in _SAFE and not self._own(request, host):
            return PlainTextResponse("Only the page itself may do that.", 403)
        return self._without_token(request)

    @staticmethod
    def _own(request: Request, host: str) -> bool:
        """Whether the page itself asks: browsers send Origin and Sec-Fetch-Site with what changes something."""
        origin = request.headers.get("origin")
        site = request.headers.get("sec-fetch-site", "same-origin")
        return origin is not None and urlsplit(origin).netloc.lower() == host and site in ("same-origin", "none")

    def _without_token(self, request: Request) -> Response | None:
        if self._token is None or self._same(request.cookies.get(COOKIE, "")):
            return None
        if request.method == "GET" and request.url.path == "/" and self._same(request.query_params.get("token", "")):
            response = RedirectResponse("/", 303)
            response.set_cookie(COOKIE, self._token, httponly=True, samesite="strict")
            return response
        return PlainTextResponse("Open the address that the server printed at its start; it holds the token.", 401)

    def _same(self, given: str) -> bool:
        return self._token is not None and hmac.compare_digest(given.encode(), self._token.encode())
