"""A process that delivers what is due, opens one incident more than it knows, and can be made to die at a chosen point of that.

It dies after-transition, before-send or after-send; with deliver it only delivers. The real detection writes the transition and the
message in one transaction; the real delivery sends it.
"""

import os
import signal
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.integration.paging.pagerduty import ROUTING_KEY
from veille.config import Settings
from veille.detection.incidents import IncidentDetection
from veille.incidents.channels import Channel, Message
from veille.incidents.commands import IncidentService
from veille.incidents.health import Health
from veille.service import delivery
from veille.service.assembly import open_folder
from veille.store.findings import Findings

SETTINGS: Mapping[str, Any] = {
    "incidents": {
        "severity": {"loop-failing": "critical"},
        "rotas": {"health": {"channels": ["duty"]}},
    },
}


def settings(data_dir: Path, url: str) -> Settings:
    channel = {"type": "pagerduty", "routing_key": ROUTING_KEY, "url": url}
    return Settings.model_validate({"data_dir": data_dir, "channels": {"duty": channel}, **SETTINGS})


class Mortal:
    """A channel whose process dies at a point of its first message."""

    def __init__(self, channel: Channel, point: str) -> None:
        self._channel, self._point = channel, point
        self.tells, self.resend_seconds = channel.tells, channel.resend_seconds
        self.remembers, self.groups = channel.remembers, channel.groups

    def send(self, message: Message) -> str | None:
        if self._point == "before-send":
            die()
        answer = self._channel.send(message)
        if self._point == "after-send":
            die()
        return answer

    def close(self) -> None:
        self._channel.close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(data_dir: Path, url: str, point: str) -> None:
    wanted = settings(data_dir, url)
    with open_folder(wanted, "worker", create=True) as (database, _, _):
        people = IncidentService(database, wanted.incidents)
        opened = delivery.Delivery(wanted, database, people, lambda: True)
        sender = opened._sender
        sender.start()
        sender.turn("duty")
        sender._channels = {n: Mortal(c, point) for n, c in opened._channels.items()}
        incident_service = IncidentDetection(database, Findings(database), wanted, live=True)
        known = sum(row.kind == "fault" for row in people.list(limit=1_000))
        now = datetime.now(UTC).replace(tzinfo=None)
        count = known if point == "deliver" else known + 1
        incident_service.report(Health(at=now, loops_failing=tuple(f"loop-{n}" for n in range(count))))
        incident_service.step(now, final=False)
        if point == "after-transition":
            die()
        for _ in range(5):
            sender.turn("duty")
