"""Files through the reader, as events."""

import json
from pathlib import Path
from typing import Any

from veille.sources.files import FileSource
from veille.sources.translate import Options


def read(*paths: Path, **options: Any) -> tuple[list[dict[str, Any]], FileSource]:
    """Contract events of files, each as an object, and the source that read them."""
    source = FileSource(list(paths), options=Options(**options))
    events: list[dict[str, Any]] = []
    while not source.exhausted:
        for chunk in source.poll(1_000_000, 0):
            assert len(chunk.messages) == len(chunk.positions)
            for message in chunk.messages:
                event = json.loads(message or b"null")
                events.append({"event_type": chunk.event_type} | event if chunk.event_type else event)
    source.close()
    return events, source


def write_lines(path: Path, *records: object) -> Path:
    """A file of one JSON record a line."""
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path
