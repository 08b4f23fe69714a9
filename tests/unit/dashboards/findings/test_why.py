"""Why an incident fired, in a sentence for each kind of finding; a figure that says nothing is not told."""

from datetime import datetime
from typing import Any

import pytest

from dashboards.incidents import why

ROW = {"linked_at": datetime(2026, 1, 5), "requests": 4, "accounts": 3, "other_targets": 2, "fulfilled": 1}
MET = {"window_seconds": 3600, "cluster": {"cluster_id": "K", "accounts": 9, "targets": 3}}
ASKED = {"account": "00000000-0000-0000-0000-000000000001"}


def sentence(kind: str, facts: dict[str, Any], **figures: int) -> str:
    return why.sentence({**ROW, "finding_kind": kind, **figures}, facts)


def test_a_meeting_names_how_many_of_how_many_met() -> None:
    assert sentence("meeting", MET) == "4 requests by 3 of the 9 accounts of a known cluster within 60 minutes"


@pytest.mark.parametrize(("fulfilled", "said"), [(1, True), (0, False)])
def test_that_nothing_was_fulfilled_is_no_evidence(fulfilled: int, said: bool) -> None:
    text = sentence("insistent", ASKED, fulfilled=fulfilled)
    assert "4 requests about one target" in text
    assert ("fulfilled" in text) is said


def test_where_a_figure_is_missing_the_stored_reason_stands() -> None:
    stored = {"code": "finding.meeting", "facts": {"accounts": 3, "size": 9, "minutes": 60}}
    assert (
        sentence("meeting", {"why": stored})
        == "3 of the 9 accounts of a known cluster asked about one target within 60 minutes"
    )
