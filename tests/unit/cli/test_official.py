"""`veille official`: into the catalogues, day by day, and what a second load does."""

import csv
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

SQL = (
    "SELECT day, value, taxonomy, statements FROM official_statements WHERE breakdown = 'category' ORDER BY day, value"
)
VIOLENCE = "STATEMENT_CATEGORY_CYBER_VIOLENCE"


def filed(path: Path, *days: str) -> str:
    """One statement for each day named."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["uuid", "platform_name", "category", "decision_ground", "created_at", "automated_decision"])
        for number, day in enumerate(days):
            writer.writerow([f"{path.stem}{number}", "X", VIOLENCE, "G", f"{day} 10:00:00", "AUTOMATED_DECISION_FULLY"])
    return str(path)


def load(run: Run, *files: str) -> dict[str, int]:
    status, out, err = run("official", *files, "--json")
    assert status == 0, err
    found: dict[str, int] = json.loads(out)["days"]
    return found


def test_days_are_added_left_replaced_and_kept(run: Run, tmp_path: Path) -> None:
    first = filed(tmp_path / "a.csv", "2026-01-08", "2026-01-09", "2026-01-09")
    assert load(run, first) == {"new": 2, "replaced": 0, "equal": 0, "kept": 0}
    assert load(run, first) == {"new": 0, "replaced": 0, "equal": 2, "kept": 0}
    part = filed(tmp_path / "b.csv", "2026-01-09")
    assert load(run, part) == {"new": 0, "replaced": 0, "equal": 0, "kept": 1}
    assert load(run, first, part) == {"new": 0, "replaced": 1, "equal": 1, "kept": 0}
    rows = json.loads(run("query", SQL, "--format", "json")[1])
    assert [(row["day"][:10], row["value"], row["taxonomy"], row["statements"]) for row in rows] == [
        ("2026-01-08", VIOLENCE, "from July 2025", 1),
        ("2026-01-09", VIOLENCE, "from July 2025", 3),
    ]
    status, out, _ = run("official", first)
    assert status == 0
    assert "3 statements (statements) of X, 2026-01-08 to 2026-01-09." in out


def test_both_catalogues_have_them(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VEILLE_RESEARCH__PUBLISH", "true")
    load(run, filed(tmp_path / "a.csv", "2026-01-09"))
    load(run, filed(tmp_path / "b.csv", "2026-01-10", "2026-01-10"))
    for catalogue in ("analyst", "research"):
        out = run(
            "query",
            "SELECT sum(statements) AS n FROM official_statements WHERE breakdown = 'total'",
            "--catalogue",
            catalogue,
        )
        assert "3" in out[1], out


def test_mistakes_are_one_line_and_import_names_the_command(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    status, _, err = run("official", str(other))
    assert status == 1
    assert "other.csv: not a file of the DSA Transparency Database: it has a, b" in err
    assert err.count("\n") == 1
    assert run("official", str(tmp_path / "none.csv"))[0] == 1
    status, _, err = run("import", filed(tmp_path / "a.csv", "2026-01-09"), "--yes")
    assert status == 1
    assert "`veille official`" in err
