"""`veille coordination`: every format in, four files out, errors in one line."""

import gzip
import json
from pathlib import Path

import networkx as nx
import polars as pl
import pytest
import typer
import zstandard
from typer.testing import CliRunner

from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.cli.common import CommandError
from veille.cli.coordination import coordination

app = typer.Typer()
app.command()(coordination)
MENTIONS = frame(strangers(1) + strikes(1))


def _run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, list(arguments))
    if isinstance(result.exception, CommandError):
        return 1, str(result.exception)
    return result.exit_code, result.output


def _write(folder: Path, kind: str) -> Path:
    path = folder / f"mentions.{kind}"
    text = MENTIONS.with_columns(pl.col("occurred_at").dt.strftime("%Y-%m-%dT%H:%M:%SZ"))
    lines = text.write_ndjson().encode()
    match kind:
        case "parquet":
            MENTIONS.write_parquet(path)
        case "csv":
            MENTIONS.with_columns(pl.col("occurred_at").dt.epoch("s")).write_csv(path)
        case "ndjson":
            path.write_bytes(lines)
        case "ndjson.gz":
            path.write_bytes(gzip.compress(lines))
        case _:
            path.write_bytes(zstandard.compress(lines))
    return path


@pytest.mark.parametrize("kind", ["parquet", "csv", "ndjson", "ndjson.gz", "ndjson.zst"])
def test_every_format_gives_the_same(tmp_path: Path, kind: str) -> None:
    code, output = _run(str(_write(tmp_path, kind)), "--out", str(tmp_path / "found"))
    assert code == 0, output
    clusters = pl.read_parquet(tmp_path / "found" / "clusters.parquet")
    assert set(clusters.filter(tier="validated")["account_id"]) == {f"g{m:02d}" for m in range(8)}
    pairs = pl.read_parquet(tmp_path / "found" / "pairs.parquet")
    assert pairs.columns[:8] == [
        "account_a",
        "account_b",
        "co_actions",
        "weight",
        "expected",
        "p_value",
        "q_value",
        "tier",
    ]
    assert clusters.columns[:4] == ["cluster_id", "account_id", "tier", "role"]
    summary = json.loads((tmp_path / "found" / "summary.json").read_text())
    assert summary["clustered_accounts"]["validated"] == 8
    assert nx.read_gexf(tmp_path / "found" / "graph.gexf").number_of_nodes() >= 8


@pytest.mark.parametrize("method", ["coortweet", "cnt"])
def test_published_methods(tmp_path: Path, method: str) -> None:
    out = tmp_path / "found"
    code, output = _run(
        str(_write(tmp_path, "csv")),
        "--out",
        str(out),
        "--method",
        method,
        "--window",
        "60",
        *(("--min-participation", "1") if method == "coortweet" else ()),
    )
    assert code == 0, output
    summary = json.loads((out / "summary.json").read_text())
    assert summary["edges_by_least_weight"]["1"] == len(pl.read_parquet(out / "pairs.parquet")) > 28


@pytest.mark.parametrize(
    ("method", "option"),
    [
        ("cnt", ["--min-participation", "2"]),
        ("veille", ["--min-participation", "2"]),
        ("cnt", ["--prompts"]),
        ("coortweet", ["--prompts"]),
        ("coortweet", ["--memory-limit", "1G"]),
    ],
)
def test_an_option_that_the_method_does_not_use_is_refused(tmp_path: Path, method: str, option: list[str]) -> None:
    code, output = _run(str(_write(tmp_path, "parquet")), "--out", str(tmp_path / "o"), "--method", method, *option)
    assert code == 2
    assert f"does not use {option[0]}" in " ".join(output.replace("│", " ").split())
    assert not (tmp_path / "o").exists()


def test_a_window_finer_than_the_times_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "minutes.parquet"
    MENTIONS.with_columns(pl.col("occurred_at").dt.truncate("1m")).write_parquet(file)
    code, output = _run(str(file), "--out", str(tmp_path / "o"), "--window", "10", "--window", "300")
    assert (code, "--window 10: the times in this file are too coarse" in output) == (1, True)


def test_map_and_vanished_rows(tmp_path: Path) -> None:
    path = tmp_path / "shares.csv"
    bad = pl.DataFrame(
        {"account_id": ["x", None, "y"], "target_id": ["t", "t", "y"], "occurred_at": ["soon", "5", "6"]}
    )
    rows = MENTIONS.with_columns(pl.col("occurred_at").dt.strftime("%Y-%m-%d %H:%M:%S"))
    pl.concat([rows, bad]).rename({"account_id": "user", "target_id": "url"}).write_csv(path)
    code, output = _run(str(path), "--out", str(tmp_path), "--map", "account_id=user", "--map", "target_id=url")
    assert code == 0, output
    rows_read = json.loads((tmp_path / "summary.json").read_text())["rows"]
    assert (rows_read["no_account"], rows_read["time_unreadable"]) == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere.csv"], 1, "no such file"),
        (["{}", "--map", "account_id=who"], 1, "--map names who"),
        (["{}", "--prompts"], 1, "column prompt"),
        (["{}", "--memory-limit", "lots"], 2, "--memory-limit"),
        (["{}", "--method", "cnt", "--window", "10", "--window", "60"], 2, "one"),
        (["{}", "--method", "magic"], 2, "magic"),
    ],
)
def test_errors_name_the_fault(tmp_path: Path, arguments: list[str], code: int, words: str) -> None:
    path = str(_write(tmp_path, "csv"))
    status, output = _run(*[a.format(path) for a in arguments], "--out", str(tmp_path))
    assert status == code
    assert words in output
    assert not (tmp_path / "pairs.parquet").exists()


def test_a_file_of_another_format_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(b"not parquet")
    status, output = _run(str(path), "--out", str(tmp_path))
    assert status == 1
    assert "not a readable Parquet file" in output
    assert "\n" not in output


@pytest.mark.parametrize("method", ["veille", "cnt"])
def test_ids_come_back_as_the_numbers_they_were(tmp_path: Path, method: str) -> None:
    names = MENTIONS["account_id"].unique().sort()
    number = MENTIONS["account_id"].replace_strict(names, range(95, 95 + len(names)), return_dtype=pl.Int64)
    path = tmp_path / "mentions.parquet"
    MENTIONS.with_columns(number.alias("account_id")).write_parquet(path)
    plain, numbered = tmp_path / "plain", tmp_path / "numbered"
    assert _run(str(_write(tmp_path, "csv")), "--out", str(plain), "--method", method)[0] == 0
    assert _run(str(path), "--out", str(numbered), "--method", method)[0] == 0
    pairs = pl.read_parquet(numbered / "pairs.parquet")
    assert pairs.schema["account_a"] == pairs.schema["account_b"] == pl.Int64
    assert pl.read_parquet(numbered / "clusters.parquet").schema["account_id"] == pl.Int64
    assert pairs.filter(pl.col("account_a") >= pl.col("account_b")).is_empty()
    back = pairs.with_columns(pl.col("account_a", "account_b").replace_strict(range(95, 95 + len(names)), names))
    kept = ["account_a", "account_b", "weight", *(c for c in ("weight_ab", "weight_ba") if c in pairs.columns)]
    expected = pl.read_parquet(plain / "pairs.parquet").select(kept)
    assert back.select(kept).sort("account_a", "account_b").equals(expected)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.ndjson.gz", gzip.compress(b"{}" * 999, mtime=0)[:20], "damaged or truncated"),
        ("a.parquet", b"PAR1 and no more", "not a readable Parquet file"),
        ("a.ndjson", b'{"account_id": "a"}\nno\n', "no supported format has the fields account_id"),
        ("a.json", b'[{"who": "a"}]', "no supported format has the fields who"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"account_id,target_id,occurred_at\na,b,soon\n", "no value of occurred_at is a valid time"),
        ("a.csv", b"account_id,target_id,occurred_at\na,b,01/02/2026\n", "cannot be told apart"),
        ("a.ndjson", b'{"account_id": ["a"], "target_id": "t", "occurred_at": 1}\n', "account_id contains lists"),
    ],
)
def test_a_broken_file_is_one_line(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    code, output = _run(str(path), "--out", str(tmp_path / "found"))
    assert code == 1
    assert words in output
    assert "\n" not in output
    assert not (tmp_path / "found").exists()


def test_a_graph_too_large_for_gephi_keeps_its_heaviest_edges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.detect.coordination.graph.MOST_EDGES", 40)
    code, output = _run(str(_write(tmp_path, "csv")), "--out", str(tmp_path), "--method", "cnt", "--window", "60")
    assert code == 0
    assert "graph.gexf contains the pairs of weight" in output
    least = json.loads((tmp_path / "summary.json").read_text())["graph_least_weight"]
    graph = nx.read_gexf(tmp_path / "graph.gexf")
    assert (
        0
        < graph.number_of_edges()
        == len(pl.read_parquet(tmp_path / "pairs.parquet").filter(pl.col("weight") >= least))
    )
    assert all(degree for _, degree in graph.degree)
