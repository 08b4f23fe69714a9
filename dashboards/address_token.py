"""Who may reach the pages on loopback: whoever was given the address that `veille dashboard` prints, and nobody else of this machine.

The address holds a token. The first browser that opens it gets a cookie instead (HttpOnly, SameSite=Strict), valid until the server
ends; the token is of no use any more, so it does not matter who sees it later in a history or a list of processes. Pages, files
and the web socket are all behind it. Cookies know no ports: what another page of this machine sends is told by its Origin.
"""

import html
import os
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, quote, urlencode

from starlette.types import ASGIApp, Receive, Scope, Send

PARAMETER = "token"
ENVIRONMENT = "DASHBOARDS_ENTRY_TOKEN"
HEALTH = "/_stcore/health"
"""Open to anybody: it says `ok`, and no more."""
NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_guarded = False

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Veille</title><style>body{{font:16px/1.5 system-ui;max-width:40rem;margin:12vh auto;padding:0 1rem}}</style>
<h1>Veille</h1><p>{said}</p><p><a href="{address}">Try again</a></p></html>"""
_CLOSED = (
    "Only the person who started these pages can open them. Open the address that <code>veille dashboard</code> printed; it "
    "contains a token. If you came from another site, try again here."
)
_USED = (
    "This address has been opened before, and its token works only once. Use the browser that opened it, or start "
    "<code>veille dashboard</code> again for a new one."
)


def take_token() -> str | None:
    """The token that the starting process chose; taken out of the environment, so that no process started from here sees it."""
    return os.environ.pop(ENVIRONMENT, None)


def guarded() -> bool:
    """Whether this process serves its pages behind an AddressTokenCheck."""
    return _guarded


class AddressTokenCheck:
    """ASGI middleware. token: of the address that is printed."""

    def __init__(self, app: ASGIApp, token: str) -> None:
        global _guarded  # noqa: PLW0603  one server a process
        _guarded = True
        self._app = app
        self._token: str | None = token
        self._cookie = secrets.token_urlsafe(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
        host = next((value for name, value in headers if name == "host"), "")
        if not _same_place(headers, host):
            await _refuse(scope, receive, send, _CLOSED)
        elif self._known(headers, host):
            if _token_of(scope) is None:
                await self._app(scope, receive, send)
            else:
                await _redirect(scope, send)
        elif scope["type"] == "http" and scope["path"] == HEALTH and scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
        else:
            await self._enter(scope, receive, send, headers, host)

    async def _enter(
        self, scope: Scope, receive: Receive, send: Send, headers: list[tuple[str, str]], host: str
    ) -> None:
        given = _token_of(scope)
        ahead = any(name in ("sec-purpose", "purpose") and "prefetch" in value for name, value in headers)
        if scope["type"] != "http" or scope["method"] != "GET" or given is None or ahead:
            await _refuse(scope, receive, send, _CLOSED)
        elif self._token is not None and secrets.compare_digest(given.encode(), self._token.encode()):
            self._token = None
            cookie = f"{_name(host)}={self._cookie}; Path=/; HttpOnly; SameSite=Strict"
            await _redirect(scope, send, [(b"set-cookie", cookie.encode())])
        else:
            await _refuse(scope, receive, send, _USED)

    def _known(self, headers: list[tuple[str, str]], host: str) -> bool:
        wanted = _name(host)
        for name, value in headers:
            if name == "cookie":
                try:
                    found = SimpleCookie(value).get(wanted)
                except CookieError:
                    continue
                if found is not None and secrets.compare_digest(found.value.encode(), self._cookie.encode()):
                    return True
        return False


def _same_place(headers: Iterable[tuple[str, str]], host: str) -> bool:
    """Whether it was asked under a name of this machine, by no page but ours."""
    if host.rpartition(":")[0] not in NAMES and host not in NAMES:
        return False
    origins = [value for name, value in headers if name == "origin"]
    return all(origin == f"http://{host}" for origin in origins)


def _name(host: str) -> str:
    """Two dashboards on two ports do not overwrite each other's cookie."""
    port = host.rpartition(":")[2]
    return f"veille_{port}" if port.isdigit() else "veille"


def _token_of(scope: Scope) -> str | None:
    return dict(parse_qsl(scope.get("query_string", b"").decode("latin-1"))).get(PARAMETER)


async def _redirect(scope: Scope, send: Send, more: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """To the same page without the token."""
    query = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1"), True) if pair[0] != PARAMETER]
    place = _path(scope) + (f"?{urlencode(query)}" if query else "")
    await _answer(send, 303, b"", [(b"location", place.encode("ascii")), *more])


def _path(scope: Scope) -> str:
    """The path of this site that was asked for, whatever it was made to look like."""
    return "/" + quote(scope["path"].lstrip("/\\"), safe="/")


async def _refuse(scope: Scope, receive: Receive, send: Send, said: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403})
        return
    query = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1"), True) if pair[0] != PARAMETER]
    address = _path(scope) + (f"?{urlencode(query)}" if query else "")
    page = _PAGE.format(said=said, address=html.escape(address, quote=True))
    await _answer(send, 403, page.encode("utf-8", "replace"), [(b"content-type", b"text/html; charset=utf-8")])


async def _answer(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    kept = [
        (b"cache-control", b"no-store"),
        (b"referrer-policy", b"no-referrer"),
        (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *kept]})
    await send({"type": "http.response.body", "body": body})
