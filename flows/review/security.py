"""Who may use the page: the person who started it, in a browser on this machine, and no other page in that browser."""

from __future__ import annotations

import hmac
from collections.abc import Collection

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN_HEADER = "x-bodycopy-token"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""The page loads nothing of other hosts, runs no script but its own, and stands in no frame."""
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # the address holds the token
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Guarded:
    """An application that answers only requests with its token, to its own address.

    A page of another site can send requests here, but it does not know the token, cannot set headers, and says where it comes
    from. A name that is made to lead to this machine (DNS rebinding) is not in `hosts`.

    Args:
        app: The application.
        token: The first part of all paths.
        hosts: The names and ports under which it answers.
    """

    def __init__(self, app: ASGIApp, token: str, hosts: Collection[str]) -> None:
        self._app = app
        self._token = token
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if refusal := self._refusal(scope):
            await PlainTextResponse(refusal, 403)(scope, receive, guarded)
        else:
            await self._app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> str:
        """Return why a request is refused; empty if it is not."""
        headers = Headers(scope=scope)
        first = str(scope["path"]).split("/")[1]
        if headers.get("host", "") not in self._hosts:
            return "this page answers under its own address only"
        if not hmac.compare_digest(first.encode("utf-8", "surrogateescape"), self._token.encode()):
            return "the address lacks the token that `bodycopy review` has printed; open the whole address"
        if scope["method"] in ("GET", "HEAD"):
            return ""
        if headers.get("origin", "") not in {f"http://{host}" for host in self._hosts}:
            return "this request comes from another page"
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return "this request lacks the token"
        return ""
