"""`veille produce FILE…`."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import (
    CommandError,
    DatesOption,
    Files,
    FormatOption,
    MapFileOption,
    MapOption,
    TypeOption,
    note,
    progress,
    reading,
    say,
    settings,
    tell_reading,
)
from veille.events import EventType

if TYPE_CHECKING:
    from veille.sources.base import Chunk
    from veille.sources.files import FileSource
    from veille.sources.producer import Message

PATIENCE_SECONDS = 15.0


def produce(
    paths: Files,
    *,
    event_type: TypeOption = None,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
    bootstrap: Annotated[
        str | None, typer.Option("--bootstrap", metavar="HOST:PORT", help="Kafka brokers; default from veille.toml.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Messages a second.", show_default="as fast as possible")
    ] = None,
    create: Annotated[bool, typer.Option("--create-topics", help="Create missing topics.")] = False,
    partitions: Annotated[int, typer.Option(min=1, help="Number of partitions of created topics.")] = 3,
) -> None:
    """Send events from files to their Kafka topics, as they are: `veille run` says what breaks the contract.

    Sending a file again does no harm, because each event_id counts once.

    Example: veille produce january.ndjson.gz --type mention --map prompt=text --create-topics
    """
    from veille.service.logs import configure
    from veille.sources import create_topics
    from veille.sources.addressing import Addresser
    from veille.sources.files import FileSource
    from veille.sources.producer import send

    chosen = settings()
    configure(chosen.log)
    kafka = chosen.kafka.model_copy(update={"bootstrap_servers": bootstrap} if bootstrap else {})
    source = FileSource(paths, options=reading(event_type, mapping, map_file, file_format, dates, chosen.posts))
    if create:
        made = create_topics(kafka, partitions, PATIENCE_SECONDS)
        if made:
            note(f"Made {', '.join(made)} with {partitions} partitions each.")
    addresser, counts = Addresser(), Counter[EventType]()
    messages = _counted(addresser(_chunks(source)), counts)
    with progress("Sending", source.total_bytes or None, "messages") as bar:
        sent = send(
            messages, kafka, rate, watch=lambda n: bar.update(source.read_bytes, n), patience_seconds=PATIENCE_SECONDS
        )
    tell_reading(source)
    kinds = ", ".join(f"{count:,} of type {kind}" for kind, count in sorted(counts.items()))
    say(f"{sent.messages:,} messages sent" + (f" ({kinds})." if kinds else "."))
    _complain(addresser.untyped, sent.refused)


def _chunks(source: "FileSource") -> "Iterator[Chunk]":
    while not source.exhausted:
        yield from source.poll(1_000, 0.1)


def _counted(messages: "Iterable[Message]", counts: Counter[EventType]) -> "Iterator[Message]":
    for message in messages:
        counts[message[0]] += 1
        yield message


def _complain(untyped: int, refused: Counter[str]) -> None:
    problems = [f"{count:,} messages are {reason}" for reason, count in refused.items()]
    if untyped:
        problems.append(f"{untyped:,} lines have no event_type and were not sent: use --type")
    if problems:
        raise CommandError("; ".join(problems))
