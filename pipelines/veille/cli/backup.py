"""`veille backup DEST`."""

from pathlib import Path
from typing import Annotated

import typer

from veille.cli.common import DataDir, note, say, settings


def backup(
    destination: Annotated[Path, typer.Argument(help="New folder for the copy.")],
    data_dir: DataDir = None,
) -> None:
    """Write a consistent copy of the private database; it may be running meanwhile.

    To restore: put the copy's veille.duckdb and your pseudonym key into a data folder and start `veille run`; what
    readers see is built anew from it, and Kafka is read on from the positions in the copy.
    """
    from veille.cli.connect import connected

    chosen = settings(data_dir)
    with connected(chosen, "veille backup") as client:
        manifest = client.post("/v1/backup", {"destination": str(destination.resolve())})
    say(
        f"{destination}: {sum(manifest['rows'].values()):,} rows in {len(manifest['rows'])} tables, as of {manifest['made_at']}"
    )
    note(
        f"The backup does not contain the pseudonym key: store a copy of {chosen.key_file} separately from this backup."
    )
