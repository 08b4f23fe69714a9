"""The ASGI middleware before every route: origin, caller, rate, room, then the body; what is refused is told and counted."""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from veille.access import Principal
from veille.api.access import Access, AccessRefusedError
from veille.api.errors import described
from veille.api.guard import body as bodies
from veille.api.guard.limits import SIGNED, SIGNED_AT_ONCE, RequestLimits, RouteLimits, of
from veille.api.guard.rates import Rate
from veille.api.guard.refusals import Refusal, Refusals

GUARDED = "/v1"
METHODS = frozenset({"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"})
OTHER = "other"
_REFUSING = frozenset({400, 401, 403, 408, 413, 429, 503})
_LINGER_BYTES, _LINGER_SECONDS = 1 << 20, 1.0
"""How much of a refused body is still taken, so that the caller reads the answer and not a broken connection."""


class RequestGuard:
    """Lets a request in, or answers it. topics: first parts of the paths under /v1 that there are."""

    def __init__(
        self, app: ASGIApp, access: Access, limits: RequestLimits, refusals: Refusals, topics: Iterable[str] = ()
    ) -> None:
        self._app, self._access, self._limits, self._refusals = app, access, limits, refusals
        self._topics = frozenset(topics)
        self._open: Counter[tuple[str, str]] = Counter()
        self._under_way = 0
        self._signed = 0
        self._rates = {
            name: Rate(getattr(limits, name)) for name in ("lookups_a_minute", "looks_a_minute", "failures_a_minute")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return  # there are no web sockets here, and nothing to start
        watched, heard = _Watched(send), _Heard(receive, scope)
        try:
            await self._enter(scope, heard, watched)
        except AccessRefusedError as error:
            await self._answer(error, heard, watched)
        except bodies.GoneError:
            return
        finally:
            if watched.status in _REFUSING and scope["path"].startswith(GUARDED):
                await self._note(scope, watched.status)

    async def _enter(self, scope: Scope, receive: Receive, send: "_Watched") -> None:
        headers = _headers(scope)
        path, method = scope["path"], scope["method"]
        _refuse_foreign_origin(headers)
        if not (path == GUARDED or path.startswith(f"{GUARDED}/")):
            await self._app(scope, receive, send)
            return
        if path.startswith(SIGNED):
            await self._signed_call(scope, receive, send, headers)
            return
        limits = of(method, path)
        caller = self._caller(scope)
        scope.setdefault("state", {})["caller"] = caller
        self._in_time(limits, caller)
        async with self._room(caller.on_record, limits):
            await self._app(scope, await self._body(receive, headers, limits), send)

    def _caller(self, scope: Scope) -> Principal:
        """Who calls. An address that fails too often is answered without a look; a known token is let in all the same."""
        address = (scope.get("client") or ("",))[0]
        found = [value.decode("latin-1") for name, value in scope["headers"] if name == b"authorization"]
        actors = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-veille-actor"]
        try:
            return self._access.caller(found, actors)
        except AccessRefusedError as error:
            wait = self._rates["failures_a_minute"].take(address) if error.status in (401, 403) else 0.0
            if wait:
                raise TooOftenError(wait) from None
            raise

    def _in_time(self, limits: RouteLimits, caller: Principal) -> None:
        if limits.a_minute:
            wait = self._rates[limits.a_minute].take(caller.on_record)
            if wait:
                raise TooOftenError(wait)

    def _room(self, name: str, limits: RouteLimits) -> "_Room":
        most = getattr(self._limits, limits.each)
        return _Room(self, (name, limits.each), most)

    async def _signed_call(self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, bytes]) -> None:
        """A caller without a token: the body must be read to check its signature, so only a few at a time."""
        if self._signed >= SIGNED_AT_ONCE:
            raise AccessRefusedError(503, "too many unsigned calls are under way", cure="try again in a moment")
        self._signed += 1
        try:
            await self._app(scope, await self._body(receive, headers, of(scope["method"], scope["path"])), send)
        finally:
            self._signed -= 1

    async def _body(self, receive: Receive, headers: dict[bytes, bytes], limits: RouteLimits) -> Receive:
        most = limits.body_bytes or self._limits.body_bytes
        found = await bodies.read(receive, headers, most, self._limits.body_seconds)
        bodies.check(found)
        return _again(found, receive)

    @staticmethod
    async def _answer(error: AccessRefusedError, receive: "_Heard", send: "_Watched") -> None:
        if send.status:
            return
        await send({"type": "http.response.start", "status": error.status, "headers": _answer_headers(error)})
        await send({"type": "http.response.body", "body": _told(error), "more_body": True})
        await receive.linger()
        await send({"type": "http.response.body", "body": b""})

    async def _note(self, scope: Scope, status: int) -> None:
        caller = scope.get("state", {}).get("caller")
        topic = scope["path"].removeprefix(f"{GUARDED}/").partition("/")[0]
        refusal = Refusal(
            status,
            scope["method"] if scope["method"] in METHODS else OTHER,
            topic if topic in self._topics else OTHER,
            caller.on_record if isinstance(caller, Principal) else None,
        )
        if self._refusals.add(refusal):
            await run_in_threadpool(self._refusals.tell)

    # -- room: counted here, since only the event loop's thread comes by ------------

    def enter(self, key: tuple[str, str], most: int) -> None:
        """Raises RefusedError where there is no room, for anybody or for this person."""
        if self._under_way >= self._limits.requests:
            raise AccessRefusedError(
                503, "the service has as many requests under way as it takes", cure="try again in a moment"
            )
        if self._open[key] >= most:
            raise TooOftenError(
                1.0, f"{most} requests of yours are under way, as many as one person may", "wait for one"
            )
        self._under_way += 1
        self._open[key] += 1

    def leave(self, key: tuple[str, str]) -> None:
        self._under_way -= 1
        self._open[key] -= 1
        if not self._open[key]:
            del self._open[key]


class TooOftenError(AccessRefusedError):
    """Asked too often; HTTP 429. wait_seconds: until the next may come."""

    def __init__(self, wait_seconds: float, cause: str = "too many requests", cure: str = "wait a moment") -> None:
        super().__init__(429, cause, cure=cure)
        self.wait_seconds = wait_seconds


class _Room:
    def __init__(self, guard: RequestGuard, key: tuple[str, str], most: int) -> None:
        self._guard, self._key, self._most = guard, key, most

    async def __aenter__(self) -> None:
        self._guard.enter(self._key, self._most)

    async def __aexit__(self, *_: object) -> None:
        self._guard.leave(self._key)


class _Watched:
    """Remembers the status that was sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        await self._send(message)


class _Heard:
    """Receives, and remembers whether more of the body is to come."""

    def __init__(self, receive: Receive, scope: Scope) -> None:
        self._receive = receive
        self._more = any(name in (b"content-length", b"transfer-encoding") for name, _ in scope["headers"])

    async def __call__(self) -> Message:
        message = await self._receive()
        self._more = message["type"] == "http.request" and message.get("more_body", False)
        return message

    async def linger(self) -> None:
        """Take a little of a body that nobody reads."""
        taken = 0
        with suppress(TimeoutError):
            async with asyncio.timeout(_LINGER_SECONDS):
                while self._more and taken < _LINGER_BYTES:
                    taken += len((await self()).get("body", b""))


def _headers(scope: Scope) -> dict[bytes, bytes]:
    return dict(scope["headers"])


def _refuse_foreign_origin(headers: dict[bytes, bytes]) -> None:
    """A page of another site must not post here from the operator's browser."""
    origin = headers.get(b"origin")
    if origin is not None and origin.split(b"://", 1)[-1] != headers.get(b"host"):
        raise AccessRefusedError(403, "foreign origin")


def _again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    """What the route receives: the body that was read, then whatever comes (the end of the connection)."""
    told = False

    async def next_message() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return next_message


def _told(error: AccessRefusedError) -> bytes:
    return json.dumps(described(error.status, str(error))).encode()


def _answer_headers(error: AccessRefusedError) -> list[tuple[bytes, bytes]]:
    found = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(_told(error))).encode()),
        (b"connection", b"close"),
    ]
    if error.status == 401:
        found.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, TooOftenError):
        found.append((b"retry-after", str(max(1, round(error.wait_seconds))).encode()))
    return found
