"""`veille pack`: a question with its data's identity and its answer, checkable elsewhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, say, settings
from veille.cli.research_options import Params, Since, Until, parameters

if TYPE_CHECKING:
    from veille.research.packs import PackQuery

app = typer.Typer(no_args_is_help=True, help="Pack a query with its answer so that anyone can check it.")

SnapshotOption = Annotated[str, typer.Option("--snapshot", metavar="NAME", help="Snapshot name or folder.")]


@app.command()
def create(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="PACK", help="New folder, or a file name ending in .zip.")],
    snapshot: SnapshotOption,
    sql: Annotated[Path | None, typer.Option("--sql", metavar="FILE", help="The query.")] = None,
    example: Annotated[
        str | None, typer.Option("--example", metavar="NAME", help="Worked example to use instead of a query.")
    ] = None,
    data_dir: DataDir = None,
    since: Since = None,
    until: Until = None,
    param: Params = None,
) -> None:
    """Answer a question from a snapshot, and pack question, data's identity and answer.

    Example: veille pack create --example burden --since 2026-01-01 --until 2026-01-09 --snapshot winter-2026 --out burden.zip
    """
    from veille.research.packs import make
    from veille.research.snapshots import find

    question = _question(sql, example, parameters(param, since, until))
    chosen = settings(data_dir)
    pack = make(question, find(chosen.data_dir, snapshot), out, datetime.now(UTC), chosen.research.kernel_lock)
    say(f"{pack.rows} rows, SHA-256 of the result {pack.csv_sha256}: {out}")


@app.command()
def verify(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="Folder or .zip file.")],
    *,
    snapshot: SnapshotOption,
    data_dir: DataDir = None,
) -> None:
    """Run a pack's query again on a copy of its snapshot and compare every byte.

    Ends with 0 if identical, 3 if data were erased since, 1 if anything differs; says what differs.
    """
    from veille.research.packs import verify as check
    from veille.research.snapshots import find

    chosen = settings(data_dir)
    verdict = check(pack, find(chosen.data_dir, snapshot), chosen.research.kernel_lock)
    for line in (*verdict.differences, *verdict.erasures, *verdict.notes):
        say(line)
    if verdict.outcome == "different":
        raise CommandError(f"{pack} is not confirmed: {len(verdict.differences)} differences")
    if verdict.outcome == "erased":
        say(
            "erased since: "
            + ("the result differs for that reason" if verdict.differences else "the result is the same all the same")
        )
        raise typer.Exit(3)
    say("identical")


def _question(sql: Path | None, example: str | None, given: dict[str, str | None]) -> "PackQuery":
    from veille.research.examples import bind, parse
    from veille.research.examples import example as find_example
    from veille.research.examples.binding import guess
    from veille.research.packs import PackQuery

    if (sql is None) == (example is None):
        raise typer.BadParameter("use either --sql FILE or --example NAME")
    if example is not None:
        chosen = find_example(example)
        return PackQuery(chosen, bind(chosen.parameters, given))
    assert sql is not None
    try:
        own = parse(sql.stem, sql.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"cannot read {sql}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{sql} is not UTF-8 text") from None
    if own.parameters:
        return PackQuery(own, bind(own.parameters, given))
    return PackQuery(own, {name: guess(text) for name, text in given.items() if text is not None})
