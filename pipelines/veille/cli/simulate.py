"""`veille simulate`: a scenario with ground truth, to files."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import note, progress, say, settings
from veille.times import aware

if TYPE_CHECKING:
    from veille.simulate import Scenario

_DEFAULT = "grok-winter-2026"


class FileFormat(StrEnum):
    NDJSON = "ndjson"
    ZSTD = "ndjson.zst"
    GZIP = "ndjson.gz"


def _list(asked: bool) -> None:
    if asked:
        from veille.simulate import SCENARIOS

        for name, known in SCENARIOS.items():
            say(f"{name:18} {known.scale:>9,} mentions in {known.days:.0f} days   {known.title}")
        raise typer.Exit


def simulate(
    name: Annotated[str, typer.Argument(metavar="SCENARIO", help="Scenario name; --list shows all.")] = _DEFAULT,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="Folder for the events, the ground truth and scenario.json. Required.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed.", show_default="1")] = None,
    scale: Annotated[
        int | None,
        typer.Option(
            min=10_000, max=50_000_000, help="Number of mentions in the whole period.", show_default="the scenario's"
        ),
    ] = None,
    end_at: Annotated[
        str | None,
        typer.Option(metavar="TIME|now", help="Shift all times so that history ends at this time (ISO 8601, or now)."),
    ] = None,
    form: Annotated[FileFormat, typer.Option("--format", help="Compression of the event files.")] = FileFormat.ZSTD,
    mixed: Annotated[
        bool, typer.Option("--mixed", help="Write one file in time order; each event contains its event_type.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing simulation in the folder.")] = False,
    kafka: Annotated[
        bool, typer.Option("--kafka", help="Send the events to their Kafka topics, in time order.")
    ] = False,
    bootstrap: Annotated[
        str | None, typer.Option("--bootstrap", metavar="HOST:PORT", help="Kafka brokers; default from veille.toml.")
    ] = None,
    rate: Annotated[
        float | None, typer.Option(min=0.001, help="Messages per second to Kafka.", show_default="as fast as possible")
    ] = None,
    _list_scenarios: Annotated[
        bool, typer.Option("--list", callback=_list, is_eager=True, help="Show the scenarios and exit.")
    ] = False,
) -> None:
    """Simulate a scenario with known attacks, groups and traps. Everything made is labelled as simulated.

    The same scenario, seed, scale and end give the same bytes. truth/*.csv says what was planted, and when.

    Example: veille simulate grok-winter-2026 --out winter --end-at now && veille replay winter
    """
    from veille.simulate import write

    if out is None and not kafka:
        raise typer.BadParameter(
            "set a folder, for example --out winter, or send the events with --kafka", param_hint="--out"
        )
    chosen = _chosen(name, seed, scale, end_at)
    if kafka:
        _send(chosen, bootstrap, rate)
    if out is None:
        return
    with progress(f"Simulating {chosen.name}", total=chosen.days) as bar:
        written = write(chosen, out, form=form.value, mixed=mixed, force=force, watch=bar.update)
    parts = ", ".join(f"{n:,} {kind}s" for kind, n in written.events.items())
    note(f"{written.total:,} simulated events in {written.folder}: {parts}.")


def _send(chosen: "Scenario", bootstrap: str | None, rate: float | None) -> None:
    """To Kafka, day by day, without holding the whole."""
    from veille.events import EventType
    from veille.service.logs import configure
    from veille.simulate import stream
    from veille.simulate.engine import SimulationEngine, history
    from veille.sources.producer import send

    configured = settings()
    configure(configured.log)
    address = configured.kafka.model_copy(update={"bootstrap_servers": bootstrap} if bootstrap else {})
    events = ((EventType(kind), key, message) for kind, key, message in stream(history(SimulationEngine(chosen))))
    with progress(f"Sending {chosen.name}", None, "messages") as bar:
        sent = send(events, address, rate, watch=lambda count: bar.update(count, count))
    note(f"{sent.messages:,} simulated events sent to {address.bootstrap_servers}.")


def _chosen(name: str, seed: int | None, scale: int | None, end_at: str | None) -> "Scenario":
    from veille.simulate import scenario

    try:
        return scenario(name, seed=seed, scale=scale, end_at=_moment(end_at))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    if text == "now":
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"must be a time such as 2026-02-01T00:00:00Z, or now; got {text!r}",
            param_hint="--end-at",
        ) from None
    return aware(moment)
