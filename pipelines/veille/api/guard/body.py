"""The body of a request: read in bounds of size and time, and looked through before anything parses it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

from veille.api.access import AccessRefusedError
from veille.api.guard.limits import NESTING
from veille.errors import VeilleError

Receive = Callable[[], Awaitable[Any]]

_PARTS = re.compile(rb'"(?:[^"\\]++|\\.|\\\Z)*+"?|[\[{]|[\]}]', re.DOTALL)
_HALF = re.compile(rb"\\u[dD][89a-fA-F]")


class GoneError(VeilleError):
    """The caller has hung up."""


async def read(receive: Receive, headers: dict[bytes, bytes], most: int, seconds: float) -> bytes:
    """The whole body. Raises RefusedError (413, 408), GoneError."""
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and (len(declared) > 18 or int(declared) > most):
        raise _too_large(most)
    try:
        async with asyncio.timeout(seconds):
            return await _all(receive, most)
    except TimeoutError:
        raise AccessRefusedError(408, f"the body was not complete within {seconds:g} s") from None


async def _all(receive: Receive, most: int) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise GoneError
        body += message.get("body", b"")
        if len(body) > most:
            raise _too_large(most)
        if not message.get("more_body", False):
            return bytes(body)


def check(body: bytes) -> None:
    """Raises RefusedError (422) for JSON that is nested too deeply, or holds half a character (a lone surrogate)."""
    if _depth(body) > NESTING:
        raise AccessRefusedError(422, f"the body is nested more than {NESTING} levels deep")
    if _HALF.search(body) and not _whole(body):
        raise AccessRefusedError(422, "the body contains a lone surrogate (half a character)")


def _depth(body: bytes) -> int:
    """Deepest nesting, up to one more than is allowed."""
    depth = most = 0
    for found in _PARTS.finditer(body):
        first = body[found.start()]
        if first in b"[{":
            depth += 1
            most = max(most, depth)
            if most > NESTING:
                break
        elif first in b"]}":
            depth -= 1
    return most


def _whole(body: bytes) -> bool:
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    except ValueError:  # the route says what is wrong with it
        return True
    return True


def _too_large(most: int) -> AccessRefusedError:
    return AccessRefusedError(413, f"the body is larger than {most // 1024} KiB, the limit of this call")
