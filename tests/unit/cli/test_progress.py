"""Progress where no terminal shows a bar."""

import pytest

from veille.cli import common


def test_it_is_told_now_and_then_where_there_is_no_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    with common.progress("Reading", 100.0) as bar:
        for step in range(1, 101):
            now[0] += 1.0
            bar.update(step, step * 1000)
        bar.describe("Publishing")
        now[0] += 20.0
        bar.update(100, 100_000)
    lines = [line for line in capsys.readouterr().err.splitlines() if line.strip()]
    assert lines[0] == "Reading: 15,000 events, 15%"
    assert len(lines) == 7
    assert lines[-1] == "Publishing: 100,000 events, 100%"
