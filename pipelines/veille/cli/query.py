"""`veille query SQL`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.common import CommandError, DataDir, say, settings


class OutputFormat(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def query(
    sql: Annotated[
        str,
        typer.Argument(
            metavar="SQL",
            help="One statement over the views mentions, generations, moderations, exchanges, coverage …",
        ),
    ],
    data_dir: DataDir = None,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="json is an array of objects; parquet needs --output.")
    ] = OutputFormat.TABLE,
    output: Annotated[Path | None, typer.Option("--output", help="Write to this file instead of the terminal.")] = None,
) -> None:
    """Run SQL over the published catalogue, while events go on arriving.

    Example: veille query "SELECT request_class, count(*) AS requests FROM mentions GROUP BY ALL ORDER BY ALL"
    """
    from veille.store.export import to_csv, to_json, to_table
    from veille.store.reader import Reader

    if output_format is OutputFormat.PARQUET and output is None:
        raise typer.BadParameter("--format parquet writes binary data: name a file with --output")
    frame = Reader(settings(data_dir).analyst).query(sql)
    render = {OutputFormat.TABLE: to_table, OutputFormat.CSV: to_csv, OutputFormat.JSON: to_json}
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
