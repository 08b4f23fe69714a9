"""A webhook for any receiver, signed so that it can tell a page of ours from anybody else's.

`X-Veille-Signature: v1=HEX`, HEX = HMAC-SHA256(secret, timestamp + "." + body), timestamp = `X-Veille-Timestamp` (Unix
seconds). A receiver checks both, refuses old timestamps, and drops what it has had (`Idempotency-Key`).
"""

import hashlib
import hmac
import time
from collections.abc import Callable

import msgspec

from veille import config
from veille.incidents.channels.base import EVERYTHING
from veille.incidents.channels.http import Poster
from veille.incidents.channels.message import Kind, Message, headline


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """Value of `X-Veille-Signature`."""
    return "v1=" + hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


class WebhookChannel:
    tells: frozenset[Kind] = EVERYTHING
    resend_seconds: float | None = None
    remembers = True
    groups = False

    def __init__(self, settings: config.Webhook, timeout: float, clock: Callable[[], float] = time.time) -> None:
        self._secret = settings.secret.get_secret_value().encode()
        self._poster = Poster(settings.url, timeout)
        self._clock = clock

    def send(self, message: Message) -> str | None:
        body = msgspec.json.encode(
            {
                "version": 1,
                "id": message.intent_id,
                "dedup_key": message.key,
                "event": message.kind,
                "severity": message.severity,
                "rota": message.rota,
                "summary": headline(message),
                "text": message.text,
                "facts": dict(message.facts),
                "link": message.link,
                "runbook": message.runbook,
                "at": message.when,
            }
        )
        stamp = str(int(self._clock()))
        signed = {
            "X-Veille-Timestamp": stamp,
            "X-Veille-Signature": signature(self._secret, stamp, body),
            "Idempotency-Key": message.intent_id,
        }
        self._poster.post(body, signed)
        return None

    def close(self) -> None:
        self._poster.close()
