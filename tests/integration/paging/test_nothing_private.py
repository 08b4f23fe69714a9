"""Everything that leaves, and the log, of a whole run under attack: no planted id, no word of a prompt, no long pseudonym."""

import base64
import json
import os
import quopri
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bench import attacked
from tests.integration.paging.alertmanager import running_alertmanager
from tests.integration.paging.mailbox import running_mailbox
from tests.integration.paging.pagerduty import ROUTING_KEY, running_pagerduty
from tests.integration.paging.test_channels import hook
from tests.integration.runner import wait_until
from veille.privacy import Pseudonymiser, load_key

RATE, SECONDS = 50, 36.0
"""Long enough for two attacks."""
HEARTBEAT = "heartbeat-secret"
PLANTED = re.compile(
    rb"planted_(?:target|asker|post)|asker_\d|creator_\d|lavender|umbrella|paraphrase|change the colour|"
    + HEARTBEAT.encode()
)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_that_leaves_means_anything_outside(tmp_path: Path) -> None:
    with (
        running_pagerduty() as pager,
        running_mailbox() as box,
        running_alertmanager(tmp_path) as alerts,
        hook() as (signed, signed_got),
        hook() as (chat, chat_got),
    ):
        settings = everything(tmp_path / "data", pager.url, box.port, alerts.url, signed, chat)

        def sent() -> dict[str, list[bytes]]:
            return {
                "pagerduty": pager.raw,
                "mail": [quopri.decodestring(raw) for raw in box.raw],
                "webhook": [body for _, body in signed_got],
                "chat": [body for _, body in chat_got],
                "alertmanager": [json.dumps(group).encode() for group in [*alerts.notified, *alerts.alerts()]],
            }

        log = serve(tmp_path, settings, lambda: all(sent().values()))
        left = sent()
    names = Pseudonymiser(load_key(tmp_path / "data" / "pseudonym.key"))
    for channel, payloads in {**left, "log": [log]}.items():
        assert payloads, f"{channel} got nothing"
        for payload in payloads:
            found = PLANTED.search(payload)
            assert found is None, f"{channel}: {found}"
            for attack in range(attacked.attacks(SECONDS)):
                pseudonym = names.one("person", "x", attacked.target(attack))
                for form in (pseudonym.hex(), f"{pseudonym.hex()[:8]}-{pseudonym.hex()[8:12]}"):
                    assert form.encode() not in payload, f"{channel}: a long pseudonym"
                assert base64.b64encode(attacked.target(attack).encode()) not in payload
    assert pager.refused == []


def serve(folder: Path, settings: dict[str, object], enough: Callable[[], bool]) -> bytes:
    """Run the service to the end of its stream, and until it is enough; returns everything that it wrote to its streams."""
    file, written = folder / "settings.json", folder / "written.txt"
    file.write_text(json.dumps(settings))
    with written.open("wb") as out:
        service = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.attacked", str(file), str(RATE), str(SECONDS), "held"],
            env={name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")},
            cwd=Path(__file__).resolve().parents[3],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            began = folder / "began"
            wait_until(began.exists, "the stream begins")
            over = float(began.read_text()) + SECONDS
            wait_until(lambda: time.time() > over and enough(), "every channel got something", seconds=400)
        finally:
            service.communicate(timeout=60)  # closes its standard input
    assert service.returncode == 0, written.read_bytes()
    return written.read_bytes()


def everything(data_dir: Path, pager: str, port: int, alerts: str, signed: str, chat: str) -> dict[str, object]:
    """Every kind of channel, all told of every page, and a log that tells all."""
    channels = {
        "duty": {"type": "pagerduty", "routing_key": ROUTING_KEY, "url": pager},
        "mail": {"type": "email", "host": "127.0.0.1", "port": port, "security": "none", "sender": "veille@example.org",
                 "recipients": ["duty@example.org"]},
        "alerts": {"type": "alertmanager", "url": alerts},
        "signed": {"type": "webhook", "url": signed, "secret": "s"},
        "chat": {"type": "apprise", "urls": chat.replace("http://", "json://")},
    }  # fmt: skip
    return {
        "data_dir": str(data_dir),
        "api": {"port": 0},
        "ingest": {"decode_processes": 0},
        "coordination": {"process": False},
        "log": {"level": "debug", "format": "json"},
        "channels": channels,
        "incidents": {"rotas": {name: {"channels": list(channels)} for name in ("abuse", "health", "minors")}},
        "delivery": {"heartbeat_url": f"http://127.0.0.1:9/{HEARTBEAT}"},
    }
