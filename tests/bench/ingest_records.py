"""Records of the X API v2 → published rows with aliases, beside bare JSON decoding of the same lines; and one JSON array read in pieces."""

import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from tests.bench.report import line
from tests.bench.usage import Usage, measured
from veille.sources.files import FileSource
from veille.sources.translate import Options

POSTS, FEWER, PEOPLE = 200_000, 50_000, 20_000
TARGET = 40_000
GROWTH = 1.2
"""Peak memory for four times as many posts in one array, as a ratio."""
START = datetime(2026, 1, 5, tzinfo=UTC)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines, array, fewer = folder / "posts.ndjson", folder / "posts.json", folder / "fewer.json"
        lines.write_text("".join(f"{each}\n" for each in _posts(POSTS)), encoding="utf-8")
        array.write_text(f"[{','.join(_posts(POSTS))}]", encoding="utf-8")
        fewer.write_text(f"[{','.join(_posts(FEWER))}]", encoding="utf-8")
        bare = _bare(lines)
        line(f"bare decoding of {POSTS:,} stream lines of the X API v2, one process", f"{bare:,.0f} posts/s")
        used = _replayed(folder, lines, POSTS)
        rate = POSTS / used.wall
        line(
            f"veille replay of them: adapter, rules of posts, aliases of {PEOPLE:,} people, write, publish",
            f"{rate:,.0f} posts/s ({used.wall:.1f} s, {used.cpu:.1f} CPU s, peak {used.peak / (1 << 20):,.0f} MiB)",
            beside=f"bare decoding would take {POSTS / bare / used.cpu:.0%} of its CPU",
            target=f"≥ {TARGET:,} posts/s",
            met=rate >= TARGET,
        )
        small, large = _read(fewer, FEWER), _read(array, POSTS)
        line(
            f"reading one JSON array of {POSTS:,} posts ({array.stat().st_size >> 20} MiB), without writing",
            f"{POSTS / large.cpu:,.0f} posts a CPU second, peak {large.peak / (1 << 20):,.0f} MiB",
            beside=f"of {FEWER:,} posts: peak {small.peak / (1 << 20):,.0f} MiB",
            target=f"peak ≤ {GROWTH} × that of a quarter",
            met=large.peak <= GROWTH * small.peak,
        )


def _posts(posts: int) -> Iterator[str]:
    """Requests under posts of others, each as the filtered stream sends it."""
    for n in range(posts):
        asker, target = n * 7_919 % PEOPLE, n * 104_729 % (PEOPLE // 10)
        at = START + timedelta(milliseconds=400 * n)
        users = [_user(asker), _user(target), {"id": "99", "username": "grok", "name": "Grok"}]
        data = {
            "id": str(2_007_379_425_489_846_272 + n * 4_194_304), "text": f"@reader_{target} @grok change the coat, number {n}",
            "author_id": str(1_000 + asker), "created_at": f"{at:%Y-%m-%dT%H:%M:%S}.000Z", "lang": "en",
            "conversation_id": str(2_007_000_000_000_000_000 + target), "in_reply_to_user_id": str(1_000 + target),
            "referenced_tweets": [{"type": "replied_to", "id": str(2_007_000_000_000_000_000 + target)}],
            "edit_history_tweet_ids": [str(2_007_379_425_489_846_272 + n * 4_194_304)],
            "entities": {"mentions": [{"start": 0, "end": 9, "username": one["username"], "id": one["id"]} for one in users[1:]]},
        }  # fmt: skip
        yield json.dumps({"data": data, "includes": {"users": users}, "matching_rules": [{"id": "1", "tag": "grok"}]})


def _user(number: int) -> dict[str, str]:
    return {"id": str(1_000 + number), "username": f"reader_{number}", "name": f"Reader {number}"}


def _bare(file: Path) -> float:
    """Lines a second that msgspec alone decodes."""
    raw, decode = file.read_bytes().splitlines(), msgspec.json.Decoder().decode
    started = time.process_time()
    for each in raw:
        decode(each)
    return len(raw) / (time.process_time() - started)


def _replayed(folder: Path, file: Path, posts: int) -> Usage:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("VEILLE_")}
    command = [str(Path(sys.executable).with_name("veille")), "replay", str(file), "--no-detect", "--json"]
    used = measured([*command, "--data-dir", str(folder / f"data-{file.name}")], environment)
    counts = json.loads(used.output.splitlines()[-1])
    assert counts["accepted"] == posts, counts
    return used


def _read(file: Path, posts: int) -> Usage:
    """A process that reads the file to its end and keeps nothing."""
    used = measured([sys.executable, "-m", "tests.bench.ingest_records", str(file)], dict(os.environ))
    assert int(used.output) == posts, used.output
    return used


def _count(file: Path) -> int:
    """Messages that a file gives."""
    source, found = FileSource([file], options=Options()), 0
    while not source.exhausted:
        found += sum(len(part.messages) for part in source.poll(4_096, 0))
    return found


if __name__ == "__main__":
    print(_count(Path(sys.argv[1])))
