"""What Veille leaves behind: modes of files, expired raw messages, and text that no terminal or spreadsheet obeys."""

import io
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.cli.conftest import Run, events, run
from veille.cli.common import printable
from veille.config import Research
from veille.service import assembly
from veille.store.export import to_csv, to_table
from veille.store.publish.errors import PublishError
from veille.store.publish.research.sharing import Sharing

__all__ = ["events", "run"]  # fixtures

VEILLE = (str(Path(sys.executable).with_name("veille")),)


def modes(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*")}


def test_every_file_of_a_data_folder_is_its_owners_alone(events: Path, tmp_path: Path) -> None:
    """As a person with the usual umask would leave it: through the real command."""
    folder = tmp_path / "data"
    command = (*VEILLE, "replay", str(events), "--data-dir", str(folder))
    subprocess.run(command, check=True, capture_output=True, umask=0o022, timeout=120)
    snapshot = (*VEILLE, "snapshot", "create", "one", "--data-dir", str(folder))
    subprocess.run(snapshot, check=True, capture_output=True, umask=0o022, timeout=120)
    found = modes(folder)
    assert len(found) > 20
    assert not {name: oct(mode) for name, mode in found.items() if mode & 0o077}
    for name, mode in found.items():
        if name.endswith(".parquet"):
            assert mode == 0o400, name
    assert {mode for name, mode in found.items() if name.startswith("snapshots/one/") and "." in name} == {0o400}


def test_a_process_of_veille_leaves_no_core() -> None:
    code = (
        "from veille.cli.private import keep_private; keep_private(); import os, resource;"
        "print(resource.getrlimit(resource.RLIMIT_CORE)); print(oct(os.umask(0)))"
    )
    out = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, timeout=60).stdout
    assert out.split("\n")[:2] == ["(0, 0)", "0o77"]


def test_raw_messages_expire_in_any_command_that_opens_the_folder(
    run: Run,
    events: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=8)

    run("replay", str(events))
    assert "(kept)" in run("deadletters", "list")[1]
    monkeypatch.setattr(assembly, "datetime", Later)
    run("token", "create", "somebody", "--role", "viewer")
    run("audit", "list")
    monkeypatch.undo()
    monkeypatch.setenv("VEILLE_DATA_DIR", str(events.parent / "data"))
    monkeypatch.chdir(events.parent)
    assert "(not kept)" in run("deadletters", "list")[1]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "＝1+1",
    "＋1",
    "＠x",
    "\u200b=1",
    "\ufeff=1",
    "\x00=1",
    "\x1b=1",
    "\xad=1",
    "\u202e@x",
    "\u2060 \u2066=1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_and_no_header_is_a_formula_whatever_its_type(text: str) -> None:
    columns = {
        "plain": pl.Series([text]),
        "category": pl.Series([text], dtype=pl.Categorical),
        "enum": pl.Series([text], dtype=pl.Enum([text])),
        text: pl.Series(["x"]),
    }
    read = pl.read_csv(io.BytesIO(to_csv(pl.DataFrame(columns), spreadsheet=True).encode()), infer_schema=False)
    assert read.row(0)[:3] == (f"'{text}",) * 3
    assert read.columns[3] == f"'{text}"


def test_numbers_times_and_plain_text_stay_as_they_are() -> None:
    rows = pl.DataFrame({"n": [-5], "f": [-0.5], "t": [datetime(2026, 1, 2)], "s": ["fine = text"], "l": [["=1"]]})
    assert (
        to_csv(rows, spreadsheet=True)
        == to_csv(rows)
        == 'n,f,t,s,l\n-5,-0.5,2026-01-02T00:00:00.000000,fine = text,"[""=1""]"\n'
    )


@given(st.text())
def test_a_terminal_obeys_nothing_that_is_printed(text: str) -> None:
    shown = printable(text) + to_table(pl.DataFrame({"cell": [text.encode("utf-8", "replace").decode()]}))
    for sign in ("\x1b", "\x07", "\x08", "\r", "\x9b", "\x7f", "\u061c", "\u202e", "\u2066"):
        assert sign not in shown
    shown.encode("utf-8")  # a lone surrogate would stop the command


def test_a_cell_cannot_forge_a_row() -> None:
    table = to_table(pl.DataFrame({"cell": ["a\n| forged |\n1 row"]}))
    assert len(table.splitlines()) == 4


def test_a_shared_research_folder_is_its_groups_and_nobody_elses(tmp_path: Path) -> None:
    import grp

    group = grp.getgrgid(os.getgid()).gr_name
    (tmp_path / "segments" / "coverage").mkdir(parents=True)
    (tmp_path / "segments" / "coverage" / "a.parquet").write_bytes(b"x")
    Sharing.with_group(group).tree(tmp_path)
    found = modes(tmp_path)
    assert found == {"segments": 0o750, "segments/coverage": 0o750, "segments/coverage/a.parquet": 0o440}
    Sharing.with_group(None).tree(tmp_path)
    assert set(modes(tmp_path).values()) == {0o700, 0o400}
    with pytest.raises(PublishError, match="no group 'nobody-has-this'"):
        Sharing.with_group("nobody-has-this")
    with pytest.raises(ValueError, match="folder_group requires folder"):
        Research(folder_group=group)
