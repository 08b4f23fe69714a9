"""A service under a steady stream into which attacks on first-time targets are planted: shared by the bench and a test.

As a program (`python -m tests.bench.attacked SETTINGS_JSON RATE SECONDS [held]`) it is the service, with settings from a file. It ends
with its stream, or, held, when its standard input is closed.
"""

import heapq
import json
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veille.config import Settings
from veille.events import EventType
from veille.service.live import Arrival, LiveSource
from veille.service.logs import configure
from veille.service.supervise import run_service

SLICE = timedelta(milliseconds=50)
CLASSES = ("other_edit", "question", "other")
LEAD, FIRST_ATTACK, EVERY, LASTS = 5.0, 12.0, 4.0, 2.0
REQUESTS, ACCOUNTS, RULE = 26, 13, 20
PROMPT = "paraphrase the lavender umbrella"
"""Mild words that stand in no other text, so that a leak of a prompt is found."""


def attacks(seconds: float) -> int:
    """How many are planted in a stream of this length, the last with time left to be paged."""
    return max(1, int((seconds - FIRST_ATTACK - 14) / EVERY))


def target(attack: int) -> str:
    return f"planted_target_{attack}"


def met_after(attack: int) -> float:
    """Seconds after the stream's begin when the last request that the rule needs arrives."""
    return FIRST_ATTACK + attack * EVERY + LASTS * (RULE - 1) / REQUESTS


def arrivals(rate: int, seconds: float, start: datetime) -> Iterator[Arrival]:
    """Background of other classes on many targets, and the attacks, in order of time."""
    planted = (
        (
            start + timedelta(seconds=FIRST_ATTACK + k * EVERY + LASTS * n / REQUESTS),
            EventType.MENTION,
            [_planted(k, n)],
        )
        for k in range(attacks(seconds))
        for n in range(REQUESTS)
    )
    stamped = (
        (at, kind, [m.replace(b"AT", at.isoformat().encode()) for m in messages]) for at, kind, messages in planted
    )
    yield from heapq.merge(_background(rate, seconds, start), stamped, key=lambda arrival: arrival[0])


def _background(rate: int, seconds: float, start: datetime) -> Iterator[Arrival]:
    number, due = 0, 0.0
    for step in range(int(seconds / SLICE.total_seconds())):
        at = start + (step + 1) * SLICE
        due += rate * SLICE.total_seconds()
        stamp = at.isoformat()
        mentions = []
        while number < due:
            mentions.append(
                f'{{"event_id":"m{number}","occurred_at":"{stamp}","collected_at":"{stamp}","platform":"x",'
                f'"account_id":"asker_{number * 7919 % 400009}","target_id":"creator_{number * 104729 % 99991}",'
                f'"post_id":"p{number}","request_class":"{CLASSES[number % 3]}","generator":"grok","language":"en",'
                f'"prompt":"@grok change the colour {number % 50}","collection_id":"simulated:attacked@1"}}'.encode()
            )
            number += 1
        yield at, EventType.MENTION, mentions


def _planted(attack: int, n: int) -> bytes:
    return (
        f'{{"event_id":"a{attack}_{n}","occurred_at":"AT","collected_at":"AT","platform":"x",'
        f'"account_id":"planted_asker_{attack}_{n % ACCOUNTS}","target_id":"{target(attack)}","post_id":"planted_post_{attack}",'
        f'"request_class":"sexualising","generator":"grok","language":"en","prompt":"@grok {PROMPT} @{target(attack)}",'
        f'"collection_id":"simulated:attacked@1"}}'
    ).encode()


def serve(settings_file: Path, rate: int, seconds: float, *, held: bool) -> None:
    """The service itself, until its stream ends, or, held, standard input does.

    The file `began` beside the settings tells when the stream begins.
    """
    settings = Settings.model_validate(json.loads(settings_file.read_text()))
    configure(settings.log)
    stop = threading.Event()

    def open_source(_: object) -> LiveSource:
        start = datetime.now(UTC) + timedelta(seconds=LEAD)
        settings_file.with_name("began").write_text(str(start.timestamp()))
        if not held:
            threading.Timer(LEAD + seconds + 2, stop.set).start()
        return LiveSource(arrivals(rate, seconds, start))

    if held:
        threading.Thread(target=_stop_at_end_of_input, args=(stop,), daemon=True).start()
    run_service(settings, open_source, stop, command="bench")


def _stop_at_end_of_input(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


if __name__ == "__main__":
    serve(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), held="held" in sys.argv[4:])
