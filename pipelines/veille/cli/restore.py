"""`veille restore BACKUP`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.common import DataDir, say, settings


def restore(
    backup: Annotated[Path, typer.Argument(help="Folder that `veille backup` wrote.")],
    data_dir: DataDir = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", help="Copy of the pseudonym key, put into the folder where it has none."),
    ] = None,
    backup_key_file: Annotated[
        Path | None, typer.Option("--backup-key-file", help="File with the private key of an encrypted backup.")
    ] = None,
    live_after_hours: Annotated[
        float | None,
        typer.Option(
            "--live-after-hours",
            min=0.1,
            help="Send by itself after so many hours; without it the folder is quiet until `veille incidents go-live`.",
        ),
    ] = None,
    *,
    offline: Annotated[bool, typer.Option("--offline", help="Do not ask the broker what it still has.")] = False,
) -> None:
    """Restore a backup into an empty data folder, checked from end to end.

    The folder starts quiet: nothing is sent. The command says which hours Kafka no longer holds.
    """
    from veille.service.restore import Restoring, private_key
    from veille.service.restore import restore as restored

    after = None if live_after_hours is None else timedelta(hours=live_after_hours)
    wanted = Restoring(backup=backup, key_file=key_file, private_key=private_key(backup_key_file), live_after=after)
    for line in restored(settings(data_dir), wanted, datetime.now(UTC), offline=offline):
        say(line)
