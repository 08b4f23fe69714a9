"""Checking a snapshot against its manifest, file by file and block by block."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from veille.research.snapshots.manifest import BLOCK_BYTES, FileEntry, Snapshot, entry_of


@dataclass(frozen=True, slots=True)
class SnapshotFault:
    """What is not as it was. kind `erased` is lawful: the manifest says so; the others are damage."""

    kind: Literal["missing", "changed", "erased"]
    path: str
    detail: str

    def __str__(self) -> str:
        return f"{self.path}: {self.detail}"


def verify(snapshot: Snapshot) -> list[SnapshotFault]:
    """Faults of all files, by path; empty where every byte is as it was. Reads everything."""
    entries = sorted(snapshot.manifest.files, key=lambda entry: entry.path)
    return [fault for entry in entries for fault in _faults(snapshot, entry)]


def _faults(snapshot: Snapshot, entry: FileEntry) -> Iterator[SnapshotFault]:
    if entry.erased:
        yield SnapshotFault("erased", entry.path, f"erased since, on {entry.erased[-1].at}")
    try:
        now = entry_of(snapshot.folder, entry.path)
    except FileNotFoundError:
        yield SnapshotFault("missing", entry.path, "the file is missing")
        return
    except OSError as error:
        yield SnapshotFault("missing", entry.path, f"the file cannot be read: {error.strerror}")
        return
    if now.sha256 != entry.sha256:
        yield SnapshotFault("changed", entry.path, _difference(entry, now))


def _difference(entry: FileEntry, now: FileEntry) -> str:
    if now.bytes != entry.bytes:
        return f"{now.bytes:,} bytes instead of {entry.bytes:,}"
    changed = [place for place, pair in enumerate(zip(entry.blocks, now.blocks, strict=True)) if pair[0] != pair[1]]
    if not changed:
        return "its SHA-256 differs from the manifest although its blocks match: the manifest was changed"
    first = changed[0] * BLOCK_BYTES
    last = min(first + BLOCK_BYTES, entry.bytes) - 1
    more = f", and in {len(changed) - 1} more blocks" if len(changed) > 1 else ""
    return f"content differs within bytes {first:,} to {last:,}{more}"
