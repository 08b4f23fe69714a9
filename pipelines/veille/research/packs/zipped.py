"""A pack as one file."""

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from veille.research.errors import ResearchError
from veille.research.packs.model import FILES, SUMS

_LARGEST_BYTES = 512 << 20
_MOMENT = (1980, 1, 1, 0, 0, 0)


def write_zip(content: Mapping[str, bytes], file: Path) -> None:
    """The same content is the same file, whenever it is written."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, body in sorted(content.items()):
            archive.writestr(zipfile.ZipInfo(name, _MOMENT), body, zipfile.ZIP_DEFLATED)


def read_pack(path: Path) -> dict[str, bytes]:
    """The files of a pack, folder or .zip, by name; only names that a pack has. Raises ResearchError."""
    try:
        return _from_folder(path) if path.is_dir() else _from_zip(path)
    except FileNotFoundError:
        raise ResearchError(f"{path}: there is no such pack") from None
    except (
        OSError,
        EOFError,
        RuntimeError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:  # RuntimeError: encrypted, or a strange method
        raise ResearchError(f"{path} cannot be read as a pack: {error}") from None


def _from_folder(path: Path) -> dict[str, bytes]:
    return {name: (path / name).read_bytes() for name in (*FILES, SUMS) if (path / name).is_file()}


def _from_zip(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        sizes = {each.filename: each.file_size for each in archive.infolist()}
        if sum(sizes.values()) > _LARGEST_BYTES:
            raise ResearchError(
                f"{path} unpacks to more than {_LARGEST_BYTES >> 20} MiB: unpack it yourself if you trust it"
            )
        return {name: archive.read(name) for name in (*FILES, SUMS) if name in sizes}
