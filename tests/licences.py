"""LICENCES.md: the licence of every pinned library, bundled file and peer of the benches.

    python -m tests.licences      # writes the table of libraries anew from what is installed

The other tables are written by hand.
"""

import re
import sys
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "LICENCES.md"
LOCKS = ("requirements.lock", "requirements-extras.lock", "requirements-spark.lock", "requirements-dev.lock")
HEAD = "| library | licence | pinned in |\n|---|---|---|\n"
OF_METADATA = {"axe-playwright-python": "MIT, with axe-core under MPL-2.0"}
"""Libraries whose metadata name no licence: read in their source."""


def pinned(lock: str) -> set[str]:
    """Names of the libraries that a lock pins, for whatever platform."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name) for name in names}


def licence(name: str) -> str | None:
    """As the installed library's metadata say; None where it is not installed here."""
    try:
        found = metadata(name)
    except PackageNotFoundError:
        return None
    return OF_METADATA.get(name) or _named(found)


def _named(found: PackageMetadata) -> str:
    prefix = "License :: OSI Approved :: "
    classifiers = found.get_all("Classifier") or []
    approved = [each.removeprefix(prefix) for each in classifiers if each.startswith(prefix)]
    written = found.get_all("License-Expression") or ["; ".join(approved)]
    return str(written[0] or found.get_all("License", [""])[0]).strip().splitlines()[0]


def listed() -> dict[str, tuple[str, str]]:
    """Library → licence and lock, as LICENCES.md says."""
    rows = re.findall(r"^\| ([a-z0-9-]+) \| (.+) \| `(.+)` \|$", FILE.read_text(encoding="utf-8"), re.MULTILINE)
    return {name: (said, lock) for name, said, lock in rows}


def table() -> str:
    """The table of libraries. A licence that this machine cannot tell (a library for another platform) is kept."""
    before = listed()
    rows = [
        f"| {name} | {licence(name) or before[name][0]} | `{lock}` |" for lock in LOCKS for name in sorted(pinned(lock))
    ]
    return HEAD + "\n".join(rows) + "\n"


def main() -> None:
    text = FILE.read_text(encoding="utf-8")
    FILE.write_text(text[: text.index(HEAD)] + table(), encoding="utf-8")
    sys.stdout.write(f"{FILE.name}: {len(listed())} libraries\n")


if __name__ == "__main__":
    main()
