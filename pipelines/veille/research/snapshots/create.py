"""Making a snapshot: copies of the catalogue and of the published segments that it lists, and a manifest."""

import errno
import os
import re
import secrets
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from veille import __version__
from veille.research import dictionary
from veille.research.errors import ResearchError
from veille.research.snapshots.folder import snapshots_folder
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
from veille.store.publish import COMPLETE
from veille.store.snapshot import ENGINE, Holding, holding, repoint

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_ATTEMPTS = 5


def create(
    data_dir: Path, name: str, catalogue: str, now: datetime, tell: Callable[[int], None] = lambda needed: None
) -> Snapshot:
    """Keep what the catalogue publishes at this moment as `snapshots/<name>`, while events go on arriving.

    Nothing is shared with the live folder: files are cloned where the file system can (Btrfs, XFS), else copied, and
    read-only. Nothing stands under the name before all is there. tell: given the bytes of all files before they are copied.
    Raises ResearchError or StoreError.
    """
    published = data_dir / "published" / catalogue
    _require_new(data_dir, name)
    if not (published / CATALOGUE).is_file():
        raise ResearchError(f"nothing is published in {published} yet", "start `veille run` or `veille replay`")
    target = snapshots_folder(data_dir) / name
    part = target.with_name(f".{name}.part-{secrets.token_hex(4)}")
    try:
        held = _gather(published, part, tell)
        repoint(part / CATALOGUE, part.resolve(), target.resolve())
        (part / CATALOGUE).chmod(COMPLETE)
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
            f"{name!r} is not a valid snapshot name: use at most 64 letters, digits, dots, dashes and underscores, "
            "starting with a letter or digit"
        )
    if (snapshots_folder(data_dir) / name).exists():
        raise ResearchError(f"the snapshot {name} already exists and cannot change", "choose another name")


def _gather(published: Path, part: Path, tell: Callable[[int], None]) -> Holding:
    """The catalogue and all that it lists; begins anew where compaction deleted a file of it meanwhile."""
    for attempt in range(_ATTEMPTS):
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True, mode=0o700)
        shutil.copyfile(published / CATALOGUE, part / CATALOGUE)
        held = holding(part / CATALOGUE)
        try:
            needed = sum((published / path).stat().st_size for path in held.files)
            _require_room(part, needed)
            tell(needed)
            for path in held.files:
                _copy(published / path, part / path)
        except FileNotFoundError:
            if attempt == _ATTEMPTS - 1:
                raise
        else:
            return held
    raise AssertionError("the last attempt returns or raises")


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ResearchError(
            f"the snapshot needs up to {needed >> 20:,} MiB and {folder.parent} has {free >> 20:,} MiB free",
            "free disk space",
        )


def _copy(source: Path, target: Path) -> None:
    """A file of its own, whose blocks the kernel shares where the file system can clone them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as old, target.open("xb") as new:
        left = os.fstat(old.fileno()).st_size
        try:
            while left > 0 and (done := os.copy_file_range(old.fileno(), new.fileno(), left)):
                left -= done
        except (AttributeError, OSError) as error:  # not Linux, or two file systems of different kinds
            if getattr(error, "errno", None) == errno.ENOSPC:
                raise
            old.seek(0)
            new.seek(0)
            shutil.copyfileobj(old, new)
    target.chmod(COMPLETE)


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
