"""No SQL changes a published byte, whichever way it comes.

In the usual run each statement comes by one way, in turn, and the two of the issue by all; VEILLE_TEST_WAYS=all brings each by all four.
"""

import pytest

from tests.amounts import in_turn
from tests.security.gate.conftest import WAYS, AskBy, Published
from tests.security.gate.writes import OF_THE_ISSUE, WRITES


@pytest.mark.parametrize(("way", "name"), in_turn(WAYS, list(WRITES), OF_THE_ISSUE))
def test_nothing_published_changes(way: str, name: str, ask_by: AskBy, published: Published) -> None:
    before = published.hashes()
    ended = ask_by(way, published.filled(WRITES[name]))
    assert published.hashes() == before, "a published byte changed"
    assert ended.outcome in ("refused", "wrong"), ended.text
    assert "Traceback" not in ended.text
    assert len(ended.text) > 10, "it says why"


def test_there_are_enough() -> None:
    assert len(WRITES) >= 40


@pytest.mark.parametrize("way", WAYS)
def test_what_reads_comes_through_each_way(way: str, ask_by: AskBy) -> None:
    """So that a refusal above is not one of everything."""
    for sql in (
        "SELECT count(*) AS n FROM exchanges",
        "EXPLAIN ANALYZE SELECT outcome FROM exchanges",
        "SUMMARIZE exchanges",
    ):
        assert ask_by(way, sql).outcome == "ok", sql
