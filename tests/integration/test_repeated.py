"""A real file in random pieces, repeated, overlapping, killed at random moments, comes to what one run over all of it gives.

CI does it once with one target in 24; the long form does it twenty times with all of the file.
"""

import gzip
import json
import random
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest

from tests.amounts import amount
from tests.integration.forked import Forked
from tests.integration.runner import environment, veille
from tests.shared_data import shared_data
from veille.store.fingerprint import Digest, differences, fingerprint

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.long]

KEY: dict[str, Any] = {"VEILLE_PRIVACY__KEY": "5e" * 32, "VEILLE_RESEARCH__PUBLISH": "true"}
RUNS, TARGETS = amount((1, 24), (20, 1))


def replay(data: Path, file: Path) -> None:
    veille("replay", str(file), "--type", "mention", data_dir=data, **KEY)


def killed(data: Path, file: Path, seconds: float) -> None:
    """Start the replay and kill it after so long, unless it has ended by then."""
    said = data.with_name("said.log")
    process = Forked(["replay", str(file), "--type", "mention"], environment(data, **KEY), said, said)
    try:
        process.wait(seconds)
    except TimeoutError:
        process.kill()
        process.wait()


def found(data: Path) -> dict[str, Digest]:
    """The fingerprint; without the state of the feed, which is that of the last file."""
    digests = fingerprint(data / "published")
    return {name: digest for name, digest in digests.items() if not name.endswith(".status")}


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    """All mentions of one target in TARGETS, so that days pass and targets surge among few events."""
    whole = gzip.decompress(shared_data("higgs_organic_dev.ndjson.gz").read_bytes()).splitlines(keepends=True)
    return [line for line in whole if crc32(json.loads(line).get("target_id", "").encode()) % TARGETS == 2 % TARGETS]


@pytest.fixture(scope="module")
def whole(lines: list[bytes], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Digest]:
    place = tmp_path_factory.mktemp("whole")
    (place / "all.ndjson").write_bytes(b"".join(lines))
    replay(place / "data", place / "all.ndjson")
    digests = found(place / "data")
    assert digests["analyst.incidents"].rows > 0
    assert digests["analyst.surges"].rows > 0
    return digests


@pytest.mark.parametrize("seed", range(RUNS))
def test_pieces_repeats_and_kills_change_nothing(
    seed: int, lines: list[bytes], whole: dict[str, Digest], tmp_path: Path
) -> None:
    chance = random.Random(seed)
    cut = chance.randrange(1, len(lines))
    overlap = chance.randrange(200)
    pieces = [lines[: min(len(lines), cut + overlap)], lines[max(0, cut - overlap) :]]
    chance.shuffle(pieces)
    data, file = tmp_path / "data", tmp_path / "piece.ndjson"
    for piece in pieces:
        file.write_bytes(b"".join(piece))
        killed(data, file, chance.uniform(0.3, 6))
        replay(data, file)
    assert differences(whole, found(data)) == {}
    replay(data, file)
    assert differences(whole, found(data)) == {}
