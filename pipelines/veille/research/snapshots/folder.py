"""Where snapshots stand, and finding them."""

import shutil
from pathlib import Path

from veille.research.errors import ResearchError
from veille.research.snapshots.manifest import MANIFEST, Snapshot, read_manifest


def snapshots_folder(data_dir: Path) -> Path:
    """The folder of all snapshots of a data folder."""
    return data_dir / "snapshots"


def snapshots(data_dir: Path) -> list[Snapshot]:
    """All snapshots, oldest first. Raises ResearchError where one's manifest cannot be read."""
    found = [open_snapshot(file.parent) for file in snapshots_folder(data_dir).glob(f"[!.]*/{MANIFEST}")]
    return sorted(found, key=lambda each: (each.manifest.created_at, each.manifest.name))


def find(data_dir: Path, name: str) -> Snapshot:
    """The snapshot of that name, or in the folder of that path. Raises ResearchError."""
    for folder in (snapshots_folder(data_dir) / name, Path(name)):
        if (folder / MANIFEST).is_file():
            return open_snapshot(folder)
    raise ResearchError(f"there is no snapshot {name} in {snapshots_folder(data_dir)} (`veille snapshot list`)")


def open_snapshot(folder: Path) -> Snapshot:
    """The snapshot in a folder, wherever it was copied to. Raises ResearchError."""
    return Snapshot(folder, read_manifest(folder / MANIFEST))


def delete(snapshot: Snapshot) -> None:
    """Remove a snapshot from the disk; packs made on it can no longer be verified here. Raises ResearchError."""
    aside = snapshot.folder.with_name(f".{snapshot.folder.name}.deleted")
    try:
        snapshot.folder.rename(aside)
        shutil.rmtree(aside)
    except OSError as error:
        raise ResearchError(f"{snapshot.folder} cannot be deleted: {error.strerror}") from None
