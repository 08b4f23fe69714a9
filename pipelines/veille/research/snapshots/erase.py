"""Erasure that reaches snapshots: content goes, a tombstone stays.

A snapshot never changes but for this. What held the erased rows is replaced (by a segment rewritten without them, or by one
without any row), so the catalogue stays usable; the manifest says when, and keeps the SHA-256 of what was, so
that a pack made before says "erased since" and not "damaged".
"""

from datetime import datetime
from pathlib import Path

import msgspec

from veille.research.errors import ResearchError
from veille.research.snapshots.manifest import (
    MANIFEST,
    Erasure,
    FileEntry,
    Manifest,
    Snapshot,
    entry_of,
    iso,
    write_manifest,
)
from veille.store.publish import COMPLETE
from veille.store.snapshot import write_emptied


def erase(snapshot: Snapshot, path: str, now: datetime, replacement: Path | None = None) -> Snapshot:
    """Replace a segment by `replacement`, or by one of the same columns without a row; returns the snapshot as it is now.

    Only the snapshot's own file is replaced; the caller erases in the live folder, too. Raises ResearchError or StoreError;
    then call it again.
    """
    entry = next((each for each in snapshot.manifest.files if each.path == path), None)
    if entry is None:
        raise ResearchError(f"the snapshot {snapshot.manifest.name} has no file {path}")
    target = snapshot.folder / path
    part = target.with_name(f"{target.name}.part")
    try:
        if replacement is None:
            write_emptied(target, part)
        else:
            part.write_bytes(replacement.read_bytes())
        tombstone = Erasure(iso(now), entry.sha256)
        written = entry_of(part.parent, part.name, (*entry.erased, tombstone))
        manifest = _with(snapshot.manifest, msgspec.structs.replace(written, path=path))
        part.chmod(COMPLETE)
        part.replace(target)
        write_manifest(manifest, snapshot.folder / MANIFEST)
    except OSError as error:
        raise ResearchError(f"{target} cannot be erased: {error.strerror}") from None
    finally:
        part.unlink(missing_ok=True)
    return Snapshot(snapshot.folder, manifest)


def _with(manifest: Manifest, entry: FileEntry) -> Manifest:
    files = tuple(entry if each.path == entry.path else each for each in manifest.files)
    return msgspec.structs.replace(manifest, files=files)
