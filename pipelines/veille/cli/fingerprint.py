"""`veille fingerprint`."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, say, settings

if TYPE_CHECKING:
    from veille.store.fingerprint import Digest


def fingerprint(
    data_dir: DataDir = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="PATH", help="Data folder, or file written by --json, to compare with."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Print one digest per published relation: equal where two data folders hold the same figures.

    Columns that say when or by whom a row was written do not count. With --against, ends with 1 if anything differs.

    Example: veille fingerprint --against before.json
    """
    from veille.store.fingerprint import differences, table
    from veille.store.fingerprint import fingerprint as read

    found = read(settings(data_dir).data_dir / "published")
    if against is None:
        if as_json:
            say(json.dumps(table(found), indent=1))
            return
        for name, digest in sorted(found.items()):
            say(f"{digest.digest}  {digest.rows:>10,}  {name}")
        return
    before = _other(against)
    differ = differences(before, found)
    if as_json:
        say(json.dumps(differ))
    for name, columns in () if as_json else differ.items():
        rows = " and ".join(f"{side[name].rows:,}" if name in side else "no" for side in (before, found))
        say(
            f"{name}: {rows} rows; columns that differ: {', '.join(columns) or 'none; the rows combine the values differently'}"
        )
    if differ:
        raise CommandError(f"{len(differ)} of {len(before.keys() | found.keys())} relations differ")
    if not as_json:
        say(f"equal: {len(found)} relations")


def _other(path: Path) -> "dict[str, Digest]":
    from veille.store.fingerprint import fingerprint as read
    from veille.store.fingerprint import read_table

    if path.is_dir():
        return read(path / "published")
    try:
        return read_table(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise CommandError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise CommandError(f"{path} is not a fingerprint", "make one with `veille fingerprint --json`") from None
