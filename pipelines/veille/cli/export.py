"""`veille export`: release files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from veille.cli.common import DataDir, say, settings


def export(
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="New folder for the files.")],
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="First day, UTC.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="Day after the last day, UTC.")],
    data_dir: DataDir = None,
    snapshot: Annotated[str | None, typer.Option("--snapshot", metavar="NAME", help="From this snapshot.")] = None,
    despite_overlap: Annotated[
        str | None, typer.Option("--despite-overlap", metavar="REASON", help="Allow overlap with an earlier release.")
    ] = None,
) -> None:
    """Write an aggregate data set without people: CSV, Parquet, dictionary, methods note and checksums.

    Cells under 8 distinct targets or accounts, or with one target above half, are suppressed, the rest rounded to 5.

    Example: veille export --out release-2026-01 --since 2026-01-01 --until 2026-02-01
    """
    from veille.research.examples.binding import utc_time
    from veille.research.releases import ReleasePeriod
    from veille.research.releases import export as write

    chosen = settings(data_dir)
    folder = chosen.data_dir
    try:
        period = ReleasePeriod(utc_time(since), utc_time(until))
    except ValueError as error:
        raise typer.BadParameter(f"--since and --until must be days such as 2026-01-05: {error}") from None
    release = write(
        folder,
        _published(folder, snapshot),
        period,
        out,
        datetime.now(UTC),
        despite_overlap,
        kernel_lock=chosen.research.kernel_lock,
    )
    say(f"{release.shown} of {release.cells} cells published: {release.folder}")


def _published(folder: Path, snapshot: str | None) -> Path:
    if snapshot is None:
        return folder / "published/analyst"
    from veille.research.snapshots import find

    found = find(folder, snapshot)
    if found.manifest.catalogue != "analyst":
        raise typer.BadParameter(
            f"the snapshot {snapshot} belongs to the catalogue {found.manifest.catalogue}; use one of analyst"
        )
    return found.folder
