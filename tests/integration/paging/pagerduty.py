"""A stand-in for PagerDuty: takes events as its Events API v2 documents them, and calls back as its v3 webhooks do.

Fields and limits: https://developer.pagerduty.com/docs/events-api-v2/trigger-events/ and …/docs/webhooks/v3-overview/.
"""

import hashlib
import hmac
import json
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

ROUTING_KEY = "0123456789abcdef0123456789abcdef"
EVENT_BYTES = 512 * 1000
_TOP = {"routing_key", "event_action", "dedup_key", "payload", "images", "links", "client", "client_url"}
_PAYLOAD = {"summary", "source", "severity", "timestamp", "component", "group", "class", "custom_details"}


def problems(raw: bytes) -> list[str]:
    """What the documentation says is wrong with an event; nothing for a good one."""
    if len(raw) > EVENT_BYTES:
        return ["Event exceeds 512 KB"]
    event = json.loads(raw)
    found = [f"unknown field {name}" for name in set(event) - _TOP]
    if len(event.get("routing_key", "")) != 32:
        found.append("Length of 'routing_key' is incorrect (should be 32 characters)")
    if event.get("event_action") not in ("trigger", "acknowledge", "resolve"):
        found.append("'event_action' is invalid")
    key = event.get("dedup_key")
    if (key is None and event.get("event_action") != "trigger") or len(key or "") > 255:
        found.append("'dedup_key' is missing or longer than 255")
    if event.get("event_action") == "trigger":
        found += _payload_problems(event.get("payload"))
    for link in event.get("links", []):
        if not str(link.get("href", "")).startswith(("http://", "https://")):
            found.append("a link has no href")
    return found


def _payload_problems(payload: Any) -> list[str]:
    if not isinstance(payload, dict):
        return ["'payload' is missing or blank"]
    found = [f"unknown field payload.{name}" for name in set(payload) - _PAYLOAD]
    if not 0 < len(payload.get("summary", "")) <= 1024:
        found.append("'payload.summary' is missing or longer than 1024")
    if not payload.get("source"):
        found.append("'payload.source' is missing or blank")
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        found.append("'payload.severity' is invalid")
    if "timestamp" in payload:
        datetime.fromisoformat(payload["timestamp"])
    return found


class PagerDuty:
    """Alerts by key, every request in order, and webhooks back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.at: list[float] = []
        self.refused: list[list[str]] = []
        self.alerts: dict[str, str] = {}
        self.away = False
        self.slow_answers = 0.0
        self.lock = threading.Lock()

    def take(self, raw: bytes) -> tuple[int, dict[str, Any]]:
        wrong = problems(raw)
        with self.lock:
            if wrong:
                self.refused.append(wrong)
                return 400, {"status": "invalid event", "message": "Event object is invalid", "errors": wrong}
            event = json.loads(raw)
            self.requests.append(event)
            self.raw.append(raw)
            self.at.append(time.time())
            key = event.get("dedup_key") or uuid.uuid4().hex
            state = {"trigger": "triggered", "acknowledge": "acknowledged", "resolve": "resolved"}
            if event["event_action"] == "trigger" or self.alerts.get(key, "resolved") != "resolved":
                self.alerts[key] = state[event["event_action"]]
        return 202, {"status": "success", "message": "Event processed", "dedup_key": key}

    def call_back(
        self, url: str, secret: str, kind: str, key: str | None, *, event_id: str | None = None, at: str | None = None,
        who: str = "Ada Duty", note: str | None = None, host: str | None = None,
    ) -> httpx.Response:  # fmt: skip
        """What a person did on the phone, told to `url` with a signature."""
        body = json.dumps(webhook(kind, key, event_id=event_id, at=at, who=who, note=note)).encode()
        signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-PagerDuty-Signature": f"v1={'0' * 64},v1={signature}", "Content-Type": "application/json"}
        return httpx.post(url, content=body, headers=headers | ({"Host": host} if host else {}), timeout=30)


def webhook(
    kind: str, key: str | None, *, event_id: str | None = None, at: str | None = None, who: str = "Ada Duty",
    note: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The body of a v3 webhook about an incident."""
    subject = "Q" + hashlib.sha256((key or "x").encode()).hexdigest()[:13].upper()
    incident = {"id": subject, "type": "incident", "self": f"https://api.pagerduty.com/incidents/{subject}",
                "html_url": f"https://acme.pagerduty.com/incidents/{subject}", "number": 2, "status": "acknowledged",
                "incident_key": key, "created_at": "2026-01-09T12:00:00Z", "title": "An incident"}  # fmt: skip
    reference = {"id": subject, "type": "incident_reference", "summary": "An incident"}
    data = (
        incident if note is None else {"id": "PNOTE", "type": "incident_note", "content": note, "incident": reference}
    )
    return {
        "event": {
            "id": event_id or uuid.uuid4().hex,
            "event_type": kind,
            "resource_type": "incident",
            "occurred_at": at or datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "agent": {"id": "PAGENT", "type": "user_reference", "summary": who},
            "client": None,
            "data": data,
        }
    }


@contextmanager
def running_pagerduty() -> Iterator[PagerDuty]:
    """Serves until the end of the block."""
    standin: PagerDuty

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if standin.away:
                self.send_response(503)
                self.end_headers()
                return
            status, answer = standin.take(raw)
            time.sleep(standin.slow_answers)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    standin = PagerDuty(f"http://127.0.0.1:{server.server_port}/v2/enqueue")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield standin
    finally:
        server.shutdown()
        server.server_close()
