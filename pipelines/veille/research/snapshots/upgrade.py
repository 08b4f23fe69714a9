"""Snapshots of an earlier format lose what is no longer published: flags of possible minors, once, told as erased.

The manifest of each keeps what the file was, so a pack made before says "erased since", and what was is gone.
"""

from datetime import datetime
from pathlib import Path

from veille.research.snapshots.erase import erase
from veille.research.snapshots.folder import snapshots
from veille.research.snapshots.manifest import Snapshot
from veille.store.publish import FORMAT
from veille.store.snapshot import write_without_flags

_EVENTS = ("mentions", "generations")


def forget_flags(data_dir: Path, now: datetime) -> int:
    """Erase single flags in all snapshots of the analyst catalogue made before format 3; returns how many files changed.

    A second call finds nothing to do. Raises ResearchError or StoreError; the files done by then stay done.
    """
    changed = 0
    for snapshot in snapshots(data_dir):
        if snapshot.manifest.published_format < FORMAT and snapshot.manifest.catalogue == "analyst":
            changed += _forget(snapshot, now)
    return changed


def _forget(snapshot: Snapshot, now: datetime) -> int:
    paths = [
        entry.path
        for entry in snapshot.manifest.files
        if entry.path.startswith(tuple(f"segments/{n}/" for n in _EVENTS))
    ]
    changed = 0
    for path in paths:
        part = snapshot.folder / f"{path}.without"
        try:
            if write_without_flags(snapshot.folder / path, part):
                snapshot = erase(snapshot, path, now, part)
                changed += 1
        finally:
            part.unlink(missing_ok=True)
    return changed
