"""A catalogue is read whole, whatever happens to its path meanwhile."""

import os
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from veille.store.attach import attach


def catalogue(path: Path, number: int) -> Path:
    with duckdb.connect(str(path)) as made:
        made.execute(f"CREATE VIEW numbers AS SELECT {number} AS n")
    return path


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="an open file has a path of its own on Linux only")
def test_one_that_is_replaced_meanwhile_is_read_as_it_was_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, newer = catalogue(tmp_path / "catalog.duckdb", 1), catalogue(tmp_path / "newer.duckdb", 2)
    really_open = os.open

    def replaced(file: Path, flags: int) -> int:
        handle = really_open(file, flags)
        newer.replace(path)
        return handle

    monkeypatch.setattr(os, "open", replaced)
    assert _read(path) == (1,)
    monkeypatch.undo()
    assert _read(path) == (2,)


def test_one_that_is_not_there_is_said_by_name(tmp_path: Path) -> None:
    with pytest.raises(duckdb.IOException, match=r"nothing\.duckdb"):
        _read(tmp_path / "nothing.duckdb")


def _read(path: Path) -> Any:
    with duckdb.connect() as connection:
        attach(connection, path)
        return connection.execute("SELECT n FROM numbers").fetchone()
