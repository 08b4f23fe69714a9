"""Options and output that the researchers' commands share."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError

if TYPE_CHECKING:
    import polars as pl

Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="ISO 8601; UTC if no zone is given.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Excluded; ISO 8601.")]
Spreadsheet = Annotated[
    bool,
    typer.Option(
        "--spreadsheet",
        help="CSV for a spreadsheet: an apostrophe before text that starts like a formula. It changes the data.",
    ),
]
Params = Annotated[list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="A parameter; repeatable.")]


def parameters(pairs: list[str] | None, since: str | None, until: str | None) -> dict[str, str | None]:
    """`["days=7"]` and the two times → {"days": "7", …}; raises a usage error for what is no pair."""
    given: dict[str, str | None] = {"since": since, "until": until}
    for pair in pairs or []:
        name, separator, value = pair.partition("=")
        if not separator or not name:
            raise typer.BadParameter(f"--param must be NAME=VALUE, for example --param days=14; got {pair!r}")
        given[name] = value
    return given


def write(frame: "pl.DataFrame", out: Path, *, spreadsheet: bool = False) -> None:
    """Write a result as .csv or .parquet, by the name of the file. Raises CommandError."""
    from veille.store.export import to_csv

    if out.suffix.lower() not in (".csv", ".parquet"):
        raise CommandError(f"--out {out}", "the file name must end in .csv or .parquet")
    refuse_spreadsheet(spreadsheet, out.suffix.lower() == ".csv")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if out.suffix.lower() == ".parquet":
            frame.write_parquet(out)
        else:
            out.write_text(to_csv(frame, spreadsheet=spreadsheet), encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{out}: cannot be written ({error.strerror})") from None


def refuse_spreadsheet(spreadsheet: bool, csv: bool) -> None:
    """Raise a usage error where --spreadsheet is given for what is not CSV."""
    if spreadsheet and not csv:
        raise typer.BadParameter("--spreadsheet applies to CSV only")
