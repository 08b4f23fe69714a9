"""Snapshots: what was published at one moment, kept unchanged and checkable.

`<data-dir>/snapshots/NAME/` is a published folder of its own (`catalog.duckdb`, `segments/`) with `manifest.json`.
"""

from veille.research.snapshots.create import create
from veille.research.snapshots.erase import erase
from veille.research.snapshots.folder import delete, find, open_snapshot, snapshots
from veille.research.snapshots.manifest import Erasure, FileEntry, Manifest, Snapshot
from veille.research.snapshots.upgrade import forget_flags
from veille.research.snapshots.verify import SnapshotFault, verify

__all__ = [
    "Erasure",
    "FileEntry",
    "Manifest",
    "Snapshot",
    "SnapshotFault",
    "create",
    "delete",
    "erase",
    "find",
    "forget_flags",
    "open_snapshot",
    "snapshots",
    "verify",
]
