"""`veille estimate`: one JSON object, a readable text, and mistakes in one line."""

import csv
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

FIGURES = ("model_alone", "people_alone", "corrected")


def write(path: Path, rows: list[dict[str, object]]) -> str:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


def table(coded: int = 40, rows: int = 200) -> list[dict[str, object]]:
    """Every third answer refuses; the model misses every tenth."""
    out: list[dict[str, object]] = []
    for row in range(rows):
        refuses = row % 3 == 0
        label = refuses != (row % 10 == 0)
        words = "sorry, no, I will not" if refuses else f"here are {row % 7} ideas"
        out.append(
            {
                "answer": f"{words}, number {row % 11}",
                "label": "refusal" if label else "full",
                "coded": ("refusal" if refuses else "full") if row * 7 % rows < coded else "",
                "topic": f"t{row % 4}",
                "who": f"w{row // 2}",
                "w": rows / coded,
            }
        )
    return out


def test_one_object(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", table())
    columns = ["--code", "coded", "--model", "label", "--value", "refusal", "--text", "answer", "--kind", "topic"]
    status, out, _ = run("estimate", file, *columns, "--cluster", "who", "--weight", "w", "--json")
    assert status == 0
    found = json.loads(out)
    assert (found["rows"], found["codes"]) == (200, 40)
    for name in FIGURES:
        assert 0 <= found[name]["low"] <= found[name]["value"] <= found[name]["high"] <= 1
    assert found["corrected"]["low"] <= 67 / 200 <= found["corrected"]["high"]
    assert [(one["kind"], one["rows"]) for one in found["kinds"]] == [(f"t{number}", 50) for number in range(4)]
    status, out, _ = run("estimate", file, *columns)
    assert status == 0
    assert "corrected" in out
    assert "sorry" not in out


def test_refused_figures_say_why(run: Run, tmp_path: Path) -> None:
    rows = table()
    for row in rows:
        row["coded"] = row["coded"] if row["topic"] == "t0" else ""
    file = write(tmp_path / "a.csv", rows)
    columns = ["--code", "coded", "--model", "label", "--value", "refusal", "--kind", "topic"]
    found = json.loads(run("estimate", file, *columns, "--json")[1])
    assert found["corrected"]["value"] is None
    assert "no code in 3 kinds: t1, t2, t3" in found["corrected"]["refused"]
    assert "refused: no code in 3 kinds" in run("estimate", file, *columns)[1]


@pytest.mark.parametrize(("cells", "value"), [(("1", "0"), "1"), (("True", "False"), "true"), (("no", "yes"), "yes")])
def test_codes_that_say_yes_and_no_need_no_value(run: Run, tmp_path: Path, cells: tuple[str, str], value: str) -> None:
    rows: list[dict[str, object]] = [
        {"c": cells[row % 2] if row < 40 else "", "m": cells[row % 2]} for row in range(100)
    ]
    found = json.loads(run("estimate", write(tmp_path / "a.csv", rows), "--code", "c", "--model", "m", "--json")[1])
    assert found["value"] == value
    assert found["model_alone"]["value"] == 0.5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--code", "nobody", "--model", "label"], "no column nobody; it has answer, label"),
        (
            ["--code", "coded", "--model", "label"],
            "name the value to count with --value; column coded has full, refusal",
        ),
        (
            ["--code", "coded", "--model", "label", "--value", "maybe"],
            "neither a code nor a label is maybe; codes are full",
        ),
        (["--code", "coded", "--model", "label", "--value", "full", "--weight", "topic"], "topic is not a number"),
        (["--code", "coded", "--model", "label", "--value", " "], "--value is empty"),
    ],
)
def test_mistakes_are_one_line(run: Run, tmp_path: Path, options: list[str], said: str) -> None:
    status, out, err = run("estimate", write(tmp_path / "a.csv", table()), *options)
    assert (status, out) == (1, "")
    assert said in err
    assert err.count("\n") == 1


def test_weights_that_are_none_are_named(run: Run, tmp_path: Path) -> None:
    rows = table()
    columns = ["--code", "coded", "--model", "label", "--value", "full", "--weight", "w", "--json"]
    status, _, err = run("estimate", write(tmp_path / "a.csv", [row | {"w": 0.001} for row in rows]), *columns)
    assert status == 0
    assert "a weight is 1 / probability" in err
    status, _, err = run("estimate", write(tmp_path / "b.csv", [row | {"w": 0} for row in rows]), *columns)
    assert status == 1
    assert "has a code but no w above 0" in err


def test_nobody_coded(run: Run, tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", [row | {"coded": ""} for row in table()])
    found = json.loads(run("estimate", file, "--code", "coded", "--model", "label", "--value", "full", "--json")[1])
    assert found["people_alone"] == {"value": None, "low": 0.0, "high": 1.0, "refused": "no row has a code"}
    assert found["corrected"]["refused"] == "no codes: at least 5 are needed"
    assert found["model_alone"]["value"] is not None
