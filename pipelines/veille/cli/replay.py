"""`veille replay FILE…`."""

import json
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import (
    CommandError,
    DataDir,
    DatesOption,
    Files,
    FormatOption,
    JsonFlag,
    MapFileOption,
    MapOption,
    TypeOption,
    counted,
    note,
    progress,
    reading,
    say,
    settings,
    tell_reading,
)

if TYPE_CHECKING:
    from veille.config import Settings
    from veille.detection.history import Detected
    from veille.ingest.writer import Tally
    from veille.service.replay import Replay
    from veille.sources.files import FileSource


def replay(
    paths: Files,
    *,
    data_dir: DataDir = None,
    event_type: TypeOption = None,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
    batch: Annotated[int | None, typer.Option(min=1, help="Messages per batch; does not affect the result.")] = None,
    detection: Annotated[
        bool,
        typer.Option(
            "--detect/--no-detect",
            help="Detect surges and clusters (about one second per day of history). If disabled, a later replay or run does it.",
        ),
    ] = True,
    as_json: JsonFlag = False,
) -> None:
    """Take history from files into the data folder, detect over it and publish it. Reading a file again adds nothing.

    Example: veille replay january.ndjson.gz --type mention --map prompt=text
    """
    from veille.service.logs import configure
    from veille.sources.files import FileSource

    chosen = settings(data_dir)
    options = reading(event_type, mapping, map_file, file_format, dates, chosen.posts)
    source = FileSource(paths, options=options)
    configure(chosen.log)
    total = take_in(chosen, source, batch, detection=detection)
    tell_reading(source)
    if as_json:
        say(json.dumps(total.counts() | {"left_out": dict(source.left_out)}))
    else:
        _tell(total, chosen.ingest.earliest_event)
    refuse_failed(total, source)


def take_in(chosen: "Settings", source: "FileSource", batch: int | None = None, *, detection: bool = True) -> "Tally":
    """Ingest a source to its end, detect and publish, with progress bars."""
    from veille.service.replay import Replay
    from veille.stopping import StoppedError, stop_on_signals

    try:
        with (
            stop_on_signals() as stop,
            Replay(chosen, source, batch, stop.is_set) as run,
            progress("Reading", source.total_bytes or None) as bar,
        ):
            for tally in run.steps():
                bar.update(source.read_bytes, tally.lines)
            found = detect(run) if detection else None
            bar.describe("Publishing")
            run.publish()
            bar.describe("Publishing for research")
            run.publish_research()
    except StoppedError:
        note("Progress is saved. Run the same command again to continue.")
        raise KeyboardInterrupt from None
    if found and found.left_alone:
        note("Some events are older than the period already decided: its findings do not change.")
    return run.tally


def refuse_failed(total: "Tally", source: "FileSource") -> None:
    """Raise CommandError, so that the status is 1, where more than half of the records failed."""
    from veille.sources.reasons import FAILURES

    refused = sum(source.left_out[reason] for reason in FAILURES)
    failed, judged = total.dead_letters + refused, total.lines + refused
    if failed * 2 > judged:
        raise CommandError(
            f"{failed:,} of {judged:,} records failed: see the reasons above and `veille deadletters list`; --map says where "
            "fields come from, --format names the format"
        )


def _tell(total: "Tally", earliest: date) -> None:
    say(
        f"{total.lines:,} lines: {total.accepted:,} accepted, {total.duplicates:,} duplicates, {total.dead_letters:,} dead letters."
    )
    if total.unknown_fields:
        say(
            f"{total.unknown_fields:,} fields are not in the contract and were dropped (`veille schema` prints it; --map renames fields)."
        )
    if total.wrong_dates:
        say(
            f"{counted(total.wrong_dates, 'dead letter')}: an impossible date, before {earliest} "
            "(`earliest_event` under [ingest]) or in the future."
        )
    if total.dead_letters:
        say("`veille deadletters list` shows the reason of each.")


def detect(run: "Replay") -> "Detected":
    """Detection over what was replayed, with a progress bar of its grid points."""
    with progress("Detecting", None, "steps") as bar:
        done = 0

        def watch(left: int) -> None:
            nonlocal done
            done += 1
            bar.of(done + left).update(done, done)

        return run.detect(watch)
