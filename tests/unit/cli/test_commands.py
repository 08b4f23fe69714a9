"""Every command as a person types it: what it prints, where, and its exit status."""

import json
from pathlib import Path

import polars as pl
import pytest

from tests.unit.cli.conftest import Run
from tests.unit.make import mention, raw
from veille.store.errors import StoreInUseError
from veille.store.owner import Owner

pytestmark = pytest.mark.slow


def test_help_teaches(run: Run) -> None:
    status, out, _ = run("--help")
    assert status == 0
    for name in ("run", "replay", "simulate", "query", "schema", "deadletters", "vault", "backup", "doctor"):
        assert name in out
        help_status, text, _ = run(name, "--help")
        assert help_status == 0
        assert "Usage" in text


def test_replay_then_query(run: Run, events: Path) -> None:
    status, out, _ = run("replay", str(events), "--json")
    assert status == 0
    counts = {"lines": 8, "accepted": 7, "duplicates": 0, "dead_letters": 1, "left_out": {}}
    assert json.loads(out.splitlines()[-1]) == counts
    assert "1 dead letters" in run("replay", str(events))[1]
    sql = "SELECT outcome, count(*) AS n FROM generations GROUP BY ALL"
    assert json.loads(run("query", sql, "--format", "json")[1]) == [{"outcome": "fulfilled", "n": 2}]
    assert run("query", sql, "--format", "csv")[1] == "outcome,n\nfulfilled,2\n"
    assert "1 row" in run("query", sql)[1]
    status, _, _ = run("query", sql, "--format", "parquet", "--output", "out.parquet")
    assert status == 0
    assert pl.read_parquet("out.parquet").rows() == [("fulfilled", 2)]


def test_dead_letters_are_listed_shown_and_replayed(run: Run, events: Path) -> None:
    run("replay", str(events))
    letters = json.loads(run("deadletters", "list", "--json")[1])
    assert [(letter["source"], letter["position"], letter["rule"]) for letter in letters] == [
        ("mixed.ndjson", 8, "json")
    ]
    assert "mixed.ndjson:8" in run("deadletters", "list")[1]
    assert "broken" in run("deadletters", "show", letters[0]["letter_id"])[1]
    assert run("deadletters", "show", "no-such-id")[0] == 1
    assert "1 still invalid" in run("deadletters", "replay")[1]


def test_a_mended_dead_letter_is_published_though_no_service_runs(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "late.ndjson"
    renamed = {("account" if name == "account_id" else name): value for name, value in mention(1).items()}
    file.write_bytes(raw(renamed | {"event_type": "mention"}))
    run("replay", str(file))
    run("deadletters", "replay", "--map", "account_id=account")
    assert json.loads(run("query", "SELECT count(*) AS n FROM mentions", "--format", "json")[1]) == [{"n": 1}]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("replay", "missing.ndjson"), 1, "no such file"),
        (("replay",), 2, "Missing argument"),
        (("replay", "x", "--map", "nonsense"), 2, "FIELD=NAME"),
        (("schema", "zork"), 2, "zork"),
        (("query", "SELECT 1"), 1, "there are no data"),
        (("query", "SELECT 1", "--format", "parquet"), 2, "--output"),
        (("deadletters", "list"), 1, "there are no data"),
        (("deadletters", "list", "--rule", "zork"), 2, "--rule"),
        (("backup", "copy"), 1, "there are no data"),
        (("vault", "reveal", "not-a-uuid", "--key-file", "k", "--reason", "x"), 2, ""),
        (("zork",), 2, "zork"),
    ],
)
def test_a_mistake_is_one_line_and_a_status(run: Run, arguments: tuple[str, ...], status: int, words: str) -> None:
    found, out, err = run(*arguments)
    assert found == status
    assert words in err
    assert out == ""
    assert "Traceback" not in err
    if status == 1:
        assert err.startswith("veille: ")
        assert err.count("\n") == 1


def test_a_wrong_query_shows_the_engines_words(run: Run, events: Path) -> None:
    run("replay", str(events))
    status, _, err = run("query", "SELECT zork FROM mentions")
    assert status == 1
    assert "zork" in err
    assert "Traceback" not in err


def test_a_folder_in_use_names_its_owner(run: Run, events: Path, tmp_path: Path) -> None:
    run("replay", str(events))
    owner = Owner(tmp_path / "data", "veille run")
    status, _, err = run("replay", str(events))
    assert status == 1
    assert "in use by `veille run`" in err
    with pytest.raises(StoreInUseError):
        Owner(tmp_path / "data", "x")
    owner.release()


def test_a_backup_opens_and_goes_on(run: Run, events: Path, tmp_path: Path) -> None:
    run("replay", str(events))
    status, out, err = run("backup", "copy")
    assert status == 0
    assert "rows in" in out
    assert "does not contain the pseudonym key" in err
    assert run("backup", "copy")[0] == 1
    (tmp_path / "copy" / "pseudonym.key").write_text((tmp_path / "data" / "pseudonym.key").read_text())
    counts = json.loads(run("replay", str(events), "--json", "--data-dir", "copy")[1])
    assert counts["duplicates"] == 7


def test_the_vault_round_trip(run: Run, events: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = dict(line.split() for line in run("vault", "keygen")[1].splitlines())
    monkeypatch.setenv("VEILLE_PRIVACY__VAULT_PUBLIC_KEY", keys["public"])
    run("replay", str(events))
    (tmp_path / "private.key").write_text(keys["private"])
    found = json.loads(run("query", "SELECT account_id FROM mentions WHERE NOT is_self LIMIT 1", "--format", "json")[1])
    options = ("--key-file", "private.key", "--reason", "court order", "--as", "steward")
    status, out, _ = run("vault", "reveal", found[0]["account_id"], *options)
    assert status == 0
    assert "person on x: asker_" in out
    (tmp_path / "private.key").write_text("00" * 32)
    assert run("vault", "reveal", found[0]["account_id"], *options)[0] == 1


def test_csv_is_the_data_and_for_a_spreadsheet_no_cell_is_a_formula(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mentions.ndjson").write_bytes(raw(mention(1, prompt="=1+1")))
    run("replay", "mentions.ndjson")
    asked = ("query", "SELECT prompt FROM mentions", "--format", "csv")
    assert run(*asked)[1].splitlines() == ["prompt", "=1+1"]
    assert "'=1+1" in run(*asked, "--spreadsheet")[1]
