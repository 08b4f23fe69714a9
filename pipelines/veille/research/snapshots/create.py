"""Making a snapshot: hard links to the published segments, a copy of the catalogue, a manifest."""

import os
import re
import secrets
import shutil
from datetime import datetime
from pathlib import Path

from veille import __version__
from veille.research import dictionary
from veille.research.errors import ResearchError
from veille.research.snapshots.manifest import (
    CATALOGUE,
    FORMAT,
    MANIFEST,
    Manifest,
    Snapshot,
    entry_of,
    iso,
    write_manifest,
)
from veille.research.snapshots.shelf import shelf
from veille.store.snapshot import ENGINE, Holding, holding, repoint

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ATTEMPTS = 5


def create(data_dir: Path, name: str, catalogue: str, now: datetime) -> Snapshot:
    """Keep what the catalogue publishes at this moment as `snapshots/<name>`, while events go on arriving.

    Segments are linked where the file system allows (they are never written to again), else copied; compaction may delete
    the originals. Nothing stands under the name before all is there. Raises ResearchError or StoreError.
    """
    published = data_dir / "published" / catalogue
    _require_new(data_dir, name)
    if not (published / CATALOGUE).is_file():
        raise ResearchError(f"nothing is published in {published} yet: start `veille run` or `veille replay`")
    target = shelf(data_dir) / name
    part = target.with_name(f".{name}.part-{secrets.token_hex(4)}")
    try:
        held = _gather(published, part)
        repoint(part / CATALOGUE, part.resolve(), target.resolve())
        manifest = _manifest(part, name, catalogue, held, now)
        write_manifest(manifest, part / MANIFEST)
        part.rename(target)
    except OSError as error:
        raise ResearchError(f"the snapshot cannot be written to {target}: {error.strerror}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Snapshot(target, manifest)


def _require_new(data_dir: Path, name: str) -> None:
    if not _NAME.fullmatch(name):
        raise ResearchError(
            f"{name!r} cannot name a snapshot: letters, digits, dot, dash and underscore, at most 64, beginning with a letter or digit"
        )
    if (shelf(data_dir) / name).exists():
        raise ResearchError(f"there is a snapshot {name} already; a snapshot never changes: choose another name")


def _gather(published: Path, part: Path) -> Holding:
    """The catalogue and all that it lists; begins anew where compaction deleted a file of it meanwhile."""
    for attempt in range(_ATTEMPTS):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=published.stat().st_mode & 0o777)
        shutil.copyfile(published / CATALOGUE, part / CATALOGUE)
        held = holding(part / CATALOGUE)
        try:
            for path in held.files:
                _link(published / path, part / path)
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return held
    raise AssertionError("the last attempt returns or raises")


def _link(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _manifest(part: Path, name: str, catalogue: str, held: Holding, now: datetime) -> Manifest:
    return Manifest(
        format=FORMAT,
        name=name,
        catalogue=catalogue,
        created_at=iso(now),
        as_of=iso(held.as_of) if held.as_of else None,
        watermark=iso(held.watermark) if held.watermark else None,
        simulated=held.simulated,
        veille=__version__,
        engine=ENGINE,
        schema_version=held.schema_version,
        published_format=held.published_format,
        dictionary_version=dictionary.version(part, catalogue),
        files=tuple(entry_of(part, path) for path in (CATALOGUE, *held.files)),
    )
