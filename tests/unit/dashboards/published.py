"""Small data folders for pages, made as an operator would: files, replayed."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.unit.make import generation, mention
from veille.config import Settings
from veille.service.replay import Replay
from veille.sources.files import FileSource

OUTCOMES = ("fulfilled", "partial", "refused", "refused", "error")
CLASSES = ("sexualising", "sexualising", "other_edit", "question")
LANGUAGES = ("en", "en-GB", "fr", "ja", None)


def publish(data_dir: Path, events: Iterable[dict[str, Any] | str], *, detect: bool = False) -> Path:
    """Replay events (or raw lines) into a data folder and publish it; returns the folder."""
    file = data_dir.parent / f"{data_dir.name}-{datetime.now(UTC):%H%M%S%f}.ndjson"
    file.write_text("".join(f"{event if isinstance(event, str) else json.dumps(event)}\n" for event in events))
    with Replay(Settings(data_dir=data_dir), FileSource([file])) as run:
        for _ in run.steps():
            pass
        if detect:
            run.detect()
        run.publish()
    return data_dir


def history(hours: int, until: datetime, *, first: int = 0, simulated: bool = False) -> list[dict[str, Any] | str]:
    """Twelve mentions an hour with their answers, one of them about oneself, ending at `until`; one line is broken."""
    events: list[dict[str, Any] | str] = ["{broken"]
    collection = "simulated:test@1" if simulated else "keyword-v2"
    for n in range(first, first + hours * 12):
        at = until - timedelta(hours=hours) + timedelta(minutes=5 * (n - first))
        common = {"platform": "x", "collection_id": collection, "sampling_probability": 1.0}
        target = f"asker_{n % 5}" if n % 12 == 0 else f"creator_{n % 7}"
        events.append(
            mention(
                n,
                event_type="mention",
                occurred_at=_text(at),
                request_class=CLASSES[n % 4],
                language=LANGUAGES[n % 5],
                target_id=target,
                **common,
            )
        )
        if n % 3:
            events.append(
                generation(
                    n,
                    event_type="generation",
                    occurred_at=_text(at + timedelta(seconds=30)),
                    outcome=OUTCOMES[n % 5],
                    media_type="image",
                    sexualised="suggestive",
                    **common,
                )
            )
    return events


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
