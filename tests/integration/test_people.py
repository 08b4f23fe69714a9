"""One person by her number and by her handle, in whatever order files come: published figures, clusters and findings are the same."""

import csv
import itertools
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from veille.config import Privacy, Settings
from veille.service.replay import Replay
from veille.sources.files import FileSource
from veille.sources.translate import Options
from veille.store.fingerprint import differences, fingerprint
from veille.store.reader import Reader

START = datetime(2026, 1, 5, 8, tzinfo=UTC)
MEMBERS = [(str(100 + n), f"chorus_{n}") for n in range(5)]
TARGETS = [(str(200 + n), f"target{n}") for n in range(6)]
OTHERS = [(str(300 + n), f"reader_{n}") for n in range(40)]
Who = tuple[str, str]


def story() -> list[dict[str, Any]]:
    """Five accounts that ask about the same six targets within seconds, four times, one that insists, and others that do neither."""
    posts: list[dict[str, Any]] = []

    def ask(account: Who, target: Who, at: datetime) -> None:
        number = len(posts)
        posts.append({"number": number, "account": account, "target": target, "at": at})

    for turn, target in itertools.product(range(4), TARGETS):
        begin = START + timedelta(hours=2 * turn, minutes=19 * TARGETS.index(target) + turn)
        for n, member in enumerate(MEMBERS):
            ask(member, target, begin + timedelta(seconds=8 * n))
    for n, (reader, target) in enumerate(itertools.product(OTHERS, TARGETS[:3])):
        ask(reader, target, START + timedelta(seconds=241 * n))
    for n in range(14):
        ask(("401", "insists"), ("402", "asked"), START + timedelta(hours=3, minutes=4 * n))
    ask(("201", "target1"), ("201", "target1"), START + timedelta(hours=5))
    return posts


def text(post: dict[str, Any]) -> str:
    return f"@{post['target'][1]} @grok change the coat"


def post_id(post: dict[str, Any]) -> str:
    return str(2_008_000_000_000_000_000 + post["number"] * 4_194_304)


def page(folder: Path, posts: Sequence[dict[str, Any]]) -> Path:
    """A response of X's API v2: numbers beside handles."""
    people = sorted({who for post in posts for who in (post["account"], post["target"])} | {("99", "grok")})
    data = [
        {
            "id": post_id(post), "text": text(post), "author_id": post["account"][0], "created_at": f"{post['at']:%Y-%m-%dT%H:%M:%SZ}",
            "lang": "en",
            "entities": {"mentions": [{"username": name, "id": number} for number, name in (post["target"], ("99", "grok"))]},
        }
        for post in posts
    ]  # fmt: skip
    users = [{"id": number, "username": name} for number, name in people]
    file = folder / "page.ndjson"
    file.write_text(json.dumps({"data": data, "includes": {"users": users}}) + "\n", encoding="utf-8")
    return file


def export(folder: Path, posts: Sequence[dict[str, Any]]) -> Path:
    """Contract events of somebody who has handles only, as CSV."""
    file = folder / "export.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(
            [
                *("event_type", "event_id", "post_id", "occurred_at", "platform", "account_id", "target_id"),
                *("target_basis", "generator", "prompt", "language"),
            ]
        )
        for post in posts:
            account, target = post["account"][1], post["target"][1]
            writer.writerow(
                [
                    *("mention", post_id(post), post_id(post), f"{post['at']:%Y-%m-%dT%H:%M:%SZ}", "x", f"@{account}"),
                    *(target.upper(), "tagged", "grok", text(post), "en"),
                ]
            )
    return file


def load(data_dir: Path, *turns: Sequence[Path]) -> None:
    """One replay for each of the turns; the research catalogue after the last."""
    settings = Settings(data_dir=data_dir, privacy=Privacy(key=SecretStr("ab" * 32)))
    for files in turns:
        with Replay(settings, FileSource(list(files), options=Options())) as run:
            for _ in run.steps():
                pass
            run.detect()
            run.publish()
            if files is turns[-1]:
                run.publish_research()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every second request by number, the others by handle; each person stands in both."""
    folder, posts = tmp_path_factory.mktemp("files"), story()
    return [page(folder, posts[::2]), export(folder, posts[1::2])]


@pytest.fixture(scope="module")
def together(files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("together")
    load(folder, files)
    return folder / "published"


def count(published: Path, query: str) -> Any:
    reader = Reader(published / "analyst")
    try:
        return reader.query(query).item()
    finally:
        reader.close()


def test_a_person_counts_once(together: Path) -> None:
    people = {who for post in story() for who in (post["account"], post["target"])}
    counted = "count(DISTINCT account_id)", "count(DISTINCT target_id)"
    accounts, targets = (count(together, f"SELECT {each} FROM mentions") for each in counted)
    assert (accounts, targets) == (48 - 1, 7)
    assert count(together, "SELECT count(*) FROM mentions WHERE is_self") == 1
    assert count(together, "SELECT sum(targets) FROM first_asked") == 7
    assert count(together, "SELECT max(accounts) FROM clusters") == len(MEMBERS)
    assert count(together, "SELECT count(*) FROM insistent_accounts") == 1
    assert count(together, "SELECT max(requests) FROM insistent_accounts") == 14
    assert count(together, "SELECT count(*) FROM people_aliases") == len(people | {("99", "grok")})


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_files_one_after_the_other_in_any_order_give_the_same(
    files: list[Path], together: Path, tmp_path: Path, order: tuple[int, ...]
) -> None:
    load(tmp_path, *([files[n]] for n in order))
    differ = differences(fingerprint(together), fingerprint(tmp_path / "published"))
    assert differ.pop("analyst.status", ["watermark"]) == ["watermark"]  # of the files read last
    assert differ == {}
