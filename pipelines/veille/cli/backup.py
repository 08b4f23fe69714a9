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

    To restore: `veille restore`. With backup_public_key under [store] the copy is encrypted.
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
