"""`veille replay FILE…`."""

import json
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.common import DataDir, JsonFlag, MapOption, TypeOption, parse_mapping, progress, say, settings


def replay(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…",
            help="NDJSON (also .gz, .zst), CSV, Parquet, a folder of them, or - for standard input.",
        ),
    ],
    data_dir: DataDir = None,
    event_type: TypeOption = None,
    mapping: MapOption = None,
    batch: Annotated[
        int | None, typer.Option(min=1, help="Messages in a batch; the result does not depend on it.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Take history from files into the data folder and publish it. Reading a file again adds nothing.

    Example: veille replay january.ndjson.gz --type mention --map prompt=text
    """
    from veille.service.logs import configure
    from veille.service.replay import Replay
    from veille.sources.files import FileSource

    source = FileSource(paths, event_type, parse_mapping(mapping))
    chosen = settings(data_dir)
    configure(chosen.log)
    with Replay(chosen, source, batch) as run, progress("Reading", source.total_bytes or None) as bar:
        for tally in run.steps():
            bar.update(source.read_bytes, tally.lines)
        bar.describe("Publishing")
        run.publish()
    total = run.tally
    if as_json:
        say(json.dumps(total.counts()))
        return
    say(
        f"{total.lines:,} lines: {total.accepted:,} accepted, {total.duplicates:,} duplicates, {total.dead_letters:,} dead letters."
    )
    if total.unknown_fields:
        say(
            f"{total.unknown_fields:,} fields are not in the contract and were dropped (`veille schema` prints it; --map renames fields)."
        )
    if total.dead_letters:
        say("`veille deadletters list` says what was wrong with each.")
