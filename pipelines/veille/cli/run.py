"""`veille run`."""

import signal
import threading
from typing import Annotated

import typer

from veille.cli.common import DataDir, note, settings


def run(
    data_dir: DataDir = None,
    bootstrap: Annotated[
        str | None, typer.Option("--bootstrap", metavar="HOST:PORT", help="Kafka brokers; default from veille.toml.")
    ] = None,
    api_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port of the API; 0 selects a free one.")
    ] = None,
) -> None:
    """Take events from Kafka, publish them within a second, and serve the API, until stopped (Ctrl-C or SIGTERM).

    On a stop it drains what was read, commits and publishes. Killed at any instant it loses nothing: positions are
    in the same transaction as the rows.
    """
    from veille.service.logs import configure
    from veille.service.supervise import run_service
    from veille.sources.options import ignored
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

    def announce(address: str) -> None:
        note(f"Reading {chosen.kafka.bootstrap_servers} into {chosen.data_dir}; API at {address}. Ctrl-C stops.")

    for setting in ignored(chosen.kafka):
        note(f"{setting} no longer has an effect, because partitions are not shared within a group. Remove it.")
    run_service(chosen, lambda start: open_stream(chosen.kafka, start), stop, announce=announce)
