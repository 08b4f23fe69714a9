"""`veille import FILE…`: what you have, on the dashboards in ten minutes."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
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
    reading,
    say,
    settings,
    tell_left_out,
    tell_reading,
)
from veille.cli.replay import refuse_failed, take_in

if TYPE_CHECKING:
    from veille.config import Posts, Settings
    from veille.detect.coordination import TooFew
    from veille.privacy import Key
    from veille.service.preview import Preview
    from veille.sources.files import FileSource
    from veille.store.reader import Reader

LOOKED_AT = 1_000
"""Number of messages to examine before anything is written."""


def import_files(
    paths: Files,
    *,
    data_dir: DataDir = None,
    generator: Annotated[
        list[str] | None,
        typer.Option(
            "--generator", metavar="NAME", help="Handle of the generator; replaces those in [posts]; repeatable."
        ),
    ] = None,
    event_type: TypeOption = None,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Report only; write nothing.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say what files hold and what they can answer, then take them in, detect and publish.

    Nothing is written before you agree. --json ends standard output with one JSON object: accepted, duplicates,
    dead_letters, left_out by reason.

    Example: veille import zeeschuimer-export.ndjson
    """
    from veille.service.logs import configure
    from veille.service.preview import preview
    from veille.sources.files import FileSource

    chosen = settings(data_dir)
    posts = _posts(chosen.posts, generator)
    configure(chosen.log)
    source = FileSource(paths, options=reading(event_type, mapping, map_file, file_format, dates, posts))
    tell = note if as_json else say
    chunks = source.peek(LOOKED_AT)
    seen = preview(chunks, chosen, _key(chosen), datetime.now(UTC))
    tell_reading(source)
    _show(seen, tell, more=len(chunks) > 0 and seen.messages >= LOOKED_AT)
    _refuse_nothing(seen, source)
    if dry_run:
        if as_json:
            say(json.dumps({"dry_run": True, "types": dict(seen.types), "left_out": dict(source.left_out)}))
        return
    _ask(yes, chosen.data_dir)
    total = take_in(chosen, source)
    tell_left_out(source.left_out)
    for line in _summary(chosen):
        tell(line)
    if as_json:
        say(json.dumps(total.counts() | {"left_out": dict(source.left_out)}))
    refuse_failed(total, source)


def _posts(posts: "Posts", names: list[str] | None) -> "Posts":
    """The settings' generators, or those that the command names."""
    from veille.config import Generator, Posts

    if not names:
        return posts
    handles = [name.removeprefix("@") for name in names]
    return Posts(generators={handle.rpartition(":")[2].lower(): Generator(names=[handle]) for handle in handles})


def _key(chosen: "Settings") -> "Key":
    """The folder's key where it has one; else one for this look only, since nothing is written yet."""
    import secrets

    from veille.privacy import KEY_BYTES, Key, load_key

    secret = chosen.privacy.key
    if secret is not None or chosen.key_file.exists():
        return load_key(chosen.key_file, secret.get_secret_value() if secret else None)
    return Key(secrets.token_bytes(KEY_BYTES))


def _show(seen: "Preview", tell: Callable[[str], None], *, more: bool) -> None:
    kinds = ", ".join(counted(number, kind) for kind, number in seen.types.items()) or "no event"
    tell(f"{'The first' if more else 'All'} {counted(seen.messages, 'message')}: {kinds}.")
    if seen.first_at and seen.last_at:
        tell(f"From {seen.first_at:%Y-%m-%d %H:%M} to {seen.last_at:%Y-%m-%d %H:%M} UTC.")
    for line in seen.samples:
        tell(f"  {line}")
    if seen.coverage:
        tell("Mentions that have: " + ", ".join(f"{name} {share:.0%}" for name, share in seen.coverage.items()))
    for rule, number in seen.rules.most_common(5):
        tell(f"Refused {number:,}: {rule}")
    for line in seen.cannot:
        tell(line)


def _refuse_nothing(seen: "Preview", source: "FileSource") -> None:
    if seen.accepted:
        return
    if source.left_out["official_figures"]:
        raise CommandError(
            "nothing to import: the file contains official figures, not events; load them with `veille official`"
        )
    if source.left_out["addresses_no_generator"]:
        raise CommandError(
            "nothing to import: no post addresses a generator; set its account with --generator NAME or under [posts]"
        )
    raise CommandError(
        "nothing to import: no record is valid (see the reasons above); map the contract's fields with --map, or "
        "set the format with --format"
    )


def _ask(yes: bool, folder: Path) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise CommandError(
            "cannot ask for confirmation without a terminal", "use --yes to import, or --dry-run to report only"
        )
    if not typer.confirm(f"Import into {folder}?", err=True):
        raise CommandError("nothing was imported")


def _summary(chosen: "Settings") -> list[str]:
    """The five lines that matter, and where to look."""
    from contextlib import closing

    from veille.detect.coordination import MOST
    from veille.store.reader import Reader

    with closing(Reader(chosen.analyst)) as reader:
        row = reader.named("imports/summary").row(0, named=True)
        few = _too_few(reader) if row["mentions"] <= MOST and not row["validated"] else None
    span = f", {row['first_at']:%Y-%m-%d} to {row['last_at']:%Y-%m-%d}" if row["first_at"] else ""
    return [
        f"{counted(row['mentions'], 'request')} by {counted(row['accounts'], 'account')} about {row['targets']:,} people{span}.",
        f"{counted(row['surges'], 'surge')}.",
        f"{counted(row['validated'], 'validated cluster')} of accounts that act together, {row['possible']:,} possible.",
        *([few.sentence] if few else []),
        f"{counted(row['insistent'], 'insistent account')}, {counted(row['incidents'], 'incident')} found in historical data.",
        f"Open the pages: veille dashboard --data-dir {chosen.data_dir}",
    ]


def _too_few(reader: "Reader") -> "TooFew | None":
    from veille.detect.coordination import detect, too_few

    mentions = reader.named("imports/people")
    return too_few(mentions, detect(mentions)) if len(mentions) else None
