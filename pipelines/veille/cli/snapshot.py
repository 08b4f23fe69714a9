"""`veille snapshot`: keep what is published at one moment."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from veille.cli.common import CommandError, DataDir, note, say, settings

app = typer.Typer(no_args_is_help=True, help="Keep a verifiable copy of the published data at one moment.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Snapshot name or folder.")]


@app.command()
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Allowed: letters, digits, dot, dash, underscore.")],
    data_dir: DataDir = None,
    catalogue: Annotated[str, typer.Option(help="analyst or research.")] = "analyst",
) -> None:
    """Keep the published catalogue of this moment, while events go on arriving.

    Example: veille snapshot create winter-2026
    """
    from veille.research.snapshots import create as make

    def tell(needed: int) -> None:
        note(f"Copying up to {needed:,} bytes; less where the file system can clone files.")

    made = make(settings(data_dir).data_dir, name, catalogue, datetime.now(UTC), tell)
    manifest = made.manifest
    say(
        f"{len(manifest.files)} files, {manifest.bytes:,} bytes, as of {manifest.as_of or 'nothing yet'}: {made.folder}"
    )
    say(f"identity {manifest.identity}")


@app.command(name="list")
def list_(data_dir: DataDir = None) -> None:
    """All snapshots, oldest first."""
    from veille.research.snapshots import snapshots

    for each in snapshots(settings(data_dir).data_dir):
        manifest = each.manifest
        erased = f", erased in {len(manifest.erased)} files" if manifest.erased else ""
        say(
            f"{manifest.name}  {manifest.catalogue}  created {manifest.created_at[:19]}Z  as of {(manifest.as_of or '-')[:19]}  "
            f"{len(manifest.files)} files, {manifest.bytes:,} bytes{erased}"
        )


@app.command()
def verify(name: NameArgument, data_dir: DataDir = None) -> None:
    """Check every byte against the manifest. Ends with 0 if all is as it was, 3 if data were erased since, else 1."""
    from veille.research.snapshots import find
    from veille.research.snapshots import verify as check

    snapshot = find(settings(data_dir).data_dir, name)
    faults = check(snapshot)
    for fault in faults:
        say(str(fault))
    if any(fault.kind != "erased" for fault in faults):
        raise CommandError(f"the snapshot {name} is damaged")
    if snapshot.manifest.earlier:
        say(snapshot.manifest.earlier)
    if faults:
        say("valid, except for data erased since")
        raise typer.Exit(3)
    say(f"valid: {len(snapshot.manifest.files)} files, identity {snapshot.manifest.identity}")


@app.command()
def delete(
    name: NameArgument,
    data_dir: DataDir = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove a snapshot from the disk. Packs made on it can then be verified only where a copy is."""
    from veille.research.snapshots import delete as remove
    from veille.research.snapshots import find

    snapshot = find(settings(data_dir).data_dir, name)
    if not yes:
        typer.confirm(f"Delete the snapshot in {snapshot.folder}?", abort=True)
    remove(snapshot)
    say(f"deleted: {snapshot.folder}")
