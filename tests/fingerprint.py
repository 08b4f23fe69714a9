"""Which published figures differ from those of commit 4674ceb, and the file that names each difference with its reason.

    python -m tests.fingerprint                          compare; ends with 1 where a difference is not named
    python -m tests.fingerprint --because "REASON"       compare, and name what is new with this reason
    python -m tests.fingerprint --winter                 the whole winter too (minutes); its differences need a name only

tests/fixtures/fingerprint_4674ceb.json holds the table of that commit for each world, fingerprint_changes.json what has
changed since: world → relation → digest, rows, how many of them are not in the old relation, columns that differ, reasons.
"""

import argparse
import json
import shutil
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zstandard

from tests.integration.runner import veille
from veille.store.fingerprint import Digest, differences, fingerprint, read_table, row_digests

FIXTURES = Path(__file__).with_name("fixtures")
ARCHIVE = FIXTURES / "upgrade_4674ceb.tar.zst"
BASE = FIXTURES / "fingerprint_4674ceb.json"
CHANGES = FIXTURES / "fingerprint_changes.json"
KEY = "07" * 32

Changes = dict[str, dict[str, Any]]


def unpack(place: Path) -> Path:
    """The installation that commit 4674ceb left (tests/fixtures/upgrade_4674ceb.py), below `place`."""
    with (
        ARCHIVE.open("rb") as packed,
        zstandard.ZstdDecompressor().stream_reader(packed) as plain,
        tarfile.open(fileobj=plain, mode="r|") as files,
    ):
        files.extractall(place, filter="data")
    return place


def replayed(place: Path, events: Path) -> Path:
    """What is published of a replay into a new folder below `place`."""
    data = place / "data-new"
    veille("replay", str(events), data_dir=data, VEILLE_PRIVACY__KEY=KEY, VEILLE_RESEARCH__PUBLISH="true")
    return data / "published"


def winter(place: Path) -> Path:
    """What is published of `veille simulate --seed 1` at its full scale."""
    veille("simulate", "--seed", "1", "--out", str(place / "winter"), data_dir=place / "none")
    return replayed(place, place / "winter")


def base(world: str) -> dict[str, Digest]:
    """The table of commit 4674ceb."""
    return read_table(json.loads(BASE.read_text())[world])


def named(world: str) -> Changes:
    """The differences that are named."""
    changes: dict[str, Changes] = json.loads(CHANGES.read_text())
    return changes.get(world, {})


def found(world: str, published: Path, old: Path | None) -> Changes:
    """The differences that there are, without reasons. old: what commit 4674ceb published, where that is at hand."""
    now = fingerprint(published)
    differ = differences(base(world), now)
    rows, rows_before = (row_digests(published), row_digests(old)) if old is not None and differ else ({}, {})
    return {
        name: {
            "digest": now[name].digest if name in now else None,
            "rows": now[name].rows if name in now else None,
            "new_rows": (Counter(rows.get(name, ())) - Counter(rows_before.get(name, ()))).total() if old else None,
            "columns": columns,
        }
        for name, columns in differ.items()
    }


def unnamed(world: str, differ: Mapping[str, Any]) -> list[str]:
    """Relations that differ otherwise than the file says, one line each; also what the file names and is no longer so."""
    known = named(world)
    told = {name: {key: value for key, value in row.items() if key != "because"} for name, row in known.items()}
    return [
        f"{world} {name}: {differ.get(name, 'as in 4674ceb')}, the file says {told.get(name, 'as in 4674ceb')}"
        for name in sorted(differ.keys() | told.keys())
        if differ.get(name) != told.get(name)
    ]


def name_changes(world: str, differ: Changes, reason: str) -> None:
    """Write the differences; what is new or changed carries this reason beside older ones."""
    changes = json.loads(CHANGES.read_text())
    before = changes.get(world, {})
    changes[world] = {}
    for name, row in differ.items():
        known = dict(before.get(name, {}))
        reasons = known.pop("because", [])
        changes[world][name] = row | {"because": reasons if known == row else [*reasons, reason]}
    CHANGES.write_text(json.dumps(changes, indent=1, sort_keys=True) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--because", metavar="REASON", help="name what is new with this reason")
    parser.add_argument("--winter", action="store_true", help="the whole winter too")
    asked = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="veille-fingerprint-"))
    try:
        old = unpack(place)
        worlds: dict[str, Changes] = {
            "eight-days": found("eight-days", replayed(place, old / "events"), old / "replayed")
        }
        veille("replay", str(old / "events"), data_dir=upgraded(old), VEILLE_RESEARCH__PUBLISH="true")
        worlds["upgraded"] = found("upgraded", old / "upgraded" / "published", old / "data" / "published")
        failed = [line for world, differ in worlds.items() for line in unnamed(world, differ)]
        if asked.because:
            for world, differ in worlds.items():
                name_changes(world, differ, asked.because)
            failed = []
        if asked.winter:
            (place / "full").mkdir()
            differ = found("winter", winter(place / "full"), None)
            failed += [f"winter {name}: {row}" for name, row in differ.items() if name not in named("eight-days")]
    finally:
        shutil.rmtree(place)
    sys.stdout.write("\n".join(failed or ["every difference from 4674ceb is named"]) + "\n")
    return 1 if failed else 0


def upgraded(old: Path) -> Path:
    """A copy of the old data folder, to be opened by the present code.

    Without its research catalogue: of a month that is over that would be renewed only a day after it was made.
    """
    data = shutil.copytree(old / "data", old / "upgraded")
    shutil.rmtree(data / "published" / "research")
    return data


if __name__ == "__main__":
    sys.exit(main())
