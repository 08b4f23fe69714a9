"""`veille query SQL`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, note, say, settings
from veille.cli.research_options import Spreadsheet, refuse_spreadsheet

if TYPE_CHECKING:
    from collections.abc import Callable

    import polars as pl


class OutputFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class CatalogueChoice(StrEnum):
    ANALYST = "analyst"
    RESEARCH = "research"


class AskingRole(StrEnum):
    ANALYST = "analyst"
    RESEARCHER = "researcher"


CatalogueOption = Annotated[
    CatalogueChoice | None,
    typer.Option(
        "--catalogue",
        help="analyst: single events; research: rounded, small counts hidden.",
        show_default="by role: analyst or research",
    ),
]
AsOption = Annotated[
    AskingRole, typer.Option("--as", help="Role of the query; a researcher sees the research catalogue only.")
]
SecondsOption = Annotated[
    float | None,
    typer.Option(
        "--seconds", help="Time limit, up to max_seconds under [research].", show_default="seconds under [research]"
    ),
]


def query(
    sql: Annotated[
        str,
        typer.Argument(
            metavar="SQL",
            help="One statement over the views mentions, generations, moderations, exchanges, coverage …",
        ),
    ],
    *,
    data_dir: DataDir = None,
    catalogue: CatalogueOption = None,
    role: AsOption = AskingRole.ANALYST,
    seconds: SecondsOption = None,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="json writes an array of objects; parquet requires --output.")
    ] = OutputFormat.TABLE,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file instead of the terminal.")] = None,
    spreadsheet: Spreadsheet = False,
) -> None:
    """Run SQL over a published catalogue, while events go on arriving: in a locked process, with limits, on record.

    Example: veille query "SELECT request_class, count(*) AS requests FROM mentions GROUP BY ALL ORDER BY ALL"
    """
    from veille.research.gateway import Gateway, QueryRequest

    if output_format is OutputFormat.PARQUET and output is None:
        raise typer.BadParameter("--format parquet writes binary data: set a file with --output")
    refuse_spreadsheet(spreadsheet, output_format is OutputFormat.CSV)
    asked = QueryRequest(
        sql=sql,
        actor=asker(),
        roles=(role.value,),
        catalogue=chosen(catalogue, role),
        seconds=seconds,
        way="cli",
    )
    result = Gateway(settings(data_dir)).run(asked)
    write_frame(result.frame, output_format, output, spreadsheet=spreadsheet)
    if result.notice:
        note(f"veille: {result.notice}")


def asker() -> str:
    """The person at the terminal, as the system knows her."""
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name, as in some containers
        return "local"


def chosen(catalogue: CatalogueChoice | None, role: AskingRole) -> str:
    """The catalogue that was asked for, else the one of the role."""
    if catalogue is not None:
        return catalogue.value
    return CatalogueChoice.RESEARCH.value if role is AskingRole.RESEARCHER else CatalogueChoice.ANALYST.value


def write_frame(
    frame: "pl.DataFrame", output_format: OutputFormat, output: Path | None, *, spreadsheet: bool = False
) -> None:
    """To the terminal or a file; raises CommandError where that cannot be written."""
    from functools import partial

    from veille.store.export import to_csv, to_json, to_table

    render: dict[OutputFormat, Callable[[pl.DataFrame], str]] = {
        OutputFormat.TABLE: to_table,
        OutputFormat.CSV: partial(to_csv, spreadsheet=spreadsheet),
        OutputFormat.JSON: to_json,
    }
    try:
        if output is not None and output_format is OutputFormat.PARQUET:
            frame.write_parquet(output)
        elif output is not None:
            output.write_text(render[output_format](frame), encoding="utf-8")
        else:
            say(render[output_format](frame).rstrip("\n"))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CommandError(f"cannot write {output}: {error.strerror}") from None
