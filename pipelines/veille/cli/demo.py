"""`veille demo`: everything on simulated events, without a broker."""

import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import DataDir, note, progress, say

if TYPE_CHECKING:
    from veille.config import Settings
    from veille.simulate import Scenario

DEFAULT_FOLDER = Path("demo-data")


def demo(
    data_dir: DataDir = None,
    port: Annotated[
        int | None,
        typer.Option(min=1, max=65535, help="Port of the dashboard.", show_default="8501, or the next free port"),
    ] = None,
    scale: Annotated[
        int | None,
        typer.Option(
            min=10_000, max=5_000_000, help="Number of mentions in the 38 days.", show_default="about 360,000"
        ),
    ] = None,
    browser: Annotated[bool, typer.Option(help="Open the dashboard in a browser.")] = True,
) -> None:
    """Simulate the winter 2025–26 surge up to this moment, replay it, stream on live and open the dashboard.

    Everything shown is simulated and labelled so. An older demo in the folder (demo-data) is replaced. Ctrl-C ends it.
    """
    from veille import config
    from veille.cli.dashboard import serve
    from veille.cli.replay import detect
    from veille.service import demo as stage
    from veille.service.logs import configure

    folder = data_dir or DEFAULT_FOLDER
    settings = config.load(data_dir=folder)
    settings = stage.of_demo(settings)
    configure(settings.log.model_copy(update={"level": "warning"}))
    with progress("Simulating 38 days", total=None) as bar:
        chosen = stage.prepare(folder, scale, bar.update)
    with stage.history(settings) as (run, source):
        with progress("Replaying", source.total_bytes) as bar:
            for tally in run.steps():
                bar.update(source.read_bytes, tally.lines)
        detect(run)
        run.publish()
    note(f"{run.tally.accepted:,} simulated events in {folder}; the live stream continues.")
    stop = threading.Event()
    failures: list[BaseException] = []
    ingest = threading.Thread(target=_stream, args=(settings, chosen, stop, failures), name="ingest")
    ingest.start()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        serve(folder, port=port, host="127.0.0.1", browser=browser, announce=say, view="/?range=all")
    finally:
        stop.set()
        ingest.join()
    if failures:
        raise failures[0]


def _stream(settings: "Settings", chosen: "Scenario", stop: threading.Event, failures: list[BaseException]) -> None:
    from veille.service import demo as stage

    try:
        stage.stream(settings, chosen, stop)
    except Exception as error:  # noqa: BLE001  the command reports it once the dashboard is closed
        failures.append(error)
        note(f"veille: the live stream has stopped: {error}")
