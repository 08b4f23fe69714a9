"""`veille run`."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import (
    DataDir,
    DatesOption,
    FormatOption,
    MapFileOption,
    MapOption,
    TypeOption,
    note,
    reading,
    settings,
)

if TYPE_CHECKING:
    from veille.sources.base import Start, Stream


def run(
    data_dir: DataDir = None,
    bootstrap: Annotated[
        str | None, typer.Option("--bootstrap", metavar="HOST:PORT", help="Kafka brokers; default from veille.toml.")
    ] = None,
    api_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the API; 0 selects a free one.")
    ] = None,
    follow: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Follow a growing file, or - for standard input, instead of Kafka: NDJSON or CSV of any format that is read.",
        ),
    ] = None,
    *,
    event_type: TypeOption = None,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
) -> None:
    """Take events from Kafka, publish them within a second, and serve the API, until stopped (Ctrl-C or SIGTERM).

    On a stop it drains what was read, commits and publishes. Killed at any instant it loses nothing: positions are
    in the same transaction as the rows.

    Without Kafka: collector | veille run --from -, or veille run --from posts.ndjson
    """
    from veille.service.logs import configure
    from veille.service.supervise import run_service
    from veille.sources.following import follow as follow_stream
    from veille.sources.options import ignored
    from veille.sources.reading.sections import STDIN
    from veille.sources.streams import open_stream

    chosen = settings(data_dir)
    if bootstrap is not None:
        chosen = chosen.model_copy(update={"kafka": chosen.kafka.model_copy(update={"bootstrap_servers": bootstrap})})
    if api_port is not None:
        chosen = chosen.model_copy(update={"api": chosen.api.model_copy(update={"port": api_port})})
    configure(chosen.log)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

    options = reading(event_type, mapping, map_file, file_format, dates, chosen.posts)
    if follow is None and options != reading(None, None, None, None, None, chosen.posts):
        raise typer.BadParameter("--type, --map, --map-file, --format and --dates say how the file of --from is read")
    where = chosen.kafka.bootstrap_servers if follow is None else "standard input" if follow == STDIN else str(follow)

    def announce(address: str) -> None:
        note(f"Reading {where} into {chosen.data_dir}; API at {address}. Ctrl-C stops.")

    def opened(start: "Start") -> "Stream":
        return (
            open_stream(chosen.kafka, start, chosen.posts) if follow is None else follow_stream(follow, start, options)
        )

    for setting in ignored(chosen.kafka) if follow is None else ():
        note(f"{setting} no longer has an effect, because partitions are not shared within a group. Remove it.")
    run_service(chosen, opened, stop, announce=announce)
