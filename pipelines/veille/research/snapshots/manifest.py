"""The manifest of a snapshot: every file with its size and SHA-256, and where it came from.

Files are also hashed in blocks, so that a change can be located. An erased file keeps its entry: when it was erased,
and what its SHA-256 had been; nothing of its content.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from veille.research.errors import ResearchError
from veille.store.publish import FORMAT as PUBLISHED
from veille.times import naive

FORMAT = 1
BLOCK_BYTES = 65_536
MANIFEST = "manifest.json"
CATALOGUE = "catalog.duckdb"


class Erasure(msgspec.Struct, frozen=True):
    """Content of the file was erased. at: ISO 8601, UTC. sha256: of the whole file before, for comparison only."""

    at: str
    sha256: str


class FileEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it should be. path: below the snapshot's folder. blocks: leading 64 bits of each block's SHA-256, hex."""

    path: str
    bytes: int
    sha256: str
    blocks: tuple[str, ...]
    erased: tuple[Erasure, ...] = ()

    @property
    def original(self) -> str:
        """SHA-256 when the snapshot was made."""
        return self.erased[0].sha256 if self.erased else self.sha256


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a snapshot is. Times are ISO 8601 in UTC. engine: version of DuckDB that wrote it."""

    format: int
    name: str
    catalogue: str
    created_at: str
    as_of: str | None
    watermark: str | None
    simulated: bool
    veille: str
    engine: str
    schema_version: int
    published_format: int
    dictionary_version: str
    files: tuple[FileEntry, ...]

    @property
    def identity(self) -> str:
        """SHA-256 over the paths and first SHA-256 of all files: the same wherever the snapshot lies, and after an erasure."""
        lines = sorted(f"{entry.original}  {entry.path}\n" for entry in self.files)
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    @property
    def earlier(self) -> str | None:
        """What tells that it was published in an earlier format, which is no damage; None where it was not."""
        if self.published_format >= PUBLISHED:
            return None
        return f"of an earlier format: {self.published_format}; this version of Veille publishes format {PUBLISHED}"

    @property
    def bytes(self) -> int:
        return sum(entry.bytes for entry in self.files)

    @property
    def erased(self) -> tuple[FileEntry, ...]:
        """Files of which something was erased since."""
        return tuple(entry for entry in self.files if entry.erased)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot on disk."""

    folder: Path
    manifest: Manifest


def entry_of(root: Path, path: str, erased: tuple[Erasure, ...] = ()) -> FileEntry:
    """The entry of a file as it is now. Raises OSError."""
    whole, blocks, size = hashlib.sha256(), list[str](), 0
    with (root / path).open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            whole.update(block)
            blocks.append(hashlib.sha256(block).hexdigest()[:16])
            size += len(block)
    return FileEntry(path=path, bytes=size, sha256=whole.hexdigest(), blocks=tuple(blocks), erased=erased)


def read_manifest(file: Path) -> Manifest:
    """Raises ResearchError where there is none, or it cannot be read."""
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=Manifest)
    except OSError as error:
        raise ResearchError(f"{file}: not a manifest of a snapshot ({error.strerror})") from None
    except (msgspec.MsgspecError, ValueError):
        raise ResearchError(f"{file} is not the manifest of a snapshot") from None
    if manifest.format != FORMAT:
        raise ResearchError(f"{file} has format {manifest.format}; this version of Veille reads format {FORMAT}")
    return manifest


def write_manifest(manifest: Manifest, file: Path) -> None:
    """Write whole or not at all. Raises OSError."""
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(to_json(manifest))
    part.chmod(0o400)
    part.replace(file)


def to_json(value: object) -> bytes:
    """Canonical JSON for people: fields in their order, two spaces, a line at the end."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with a Z; a naive moment is UTC already."""
    moment = naive(moment)
    return f"{moment.isoformat(timespec='microseconds')}Z"
