"""Verdicts on clusters: always with a reason, kept with the id."""

from collections.abc import Iterator

import pytest

from tests.unit.store.clusters import AT, NAME, record
from veille.config import Store
from veille.privacy import Key
from veille.store.clusters import Clusters, UnknownClusterError
from veille.store.database import Database


@pytest.fixture
def clusters() -> Iterator[Clusters]:
    database = Database(None, Store(reserve_mib=0), Key(bytes(32)))
    record(database)
    record(database, "4db" + NAME[3:])
    yield Clusters(database)
    database.close()


def test_all_is_told_of_one(clusters: Clusters) -> None:
    found = clusters.describe(NAME)
    assert (found["cluster_id"], found["verdict"], found["evidence"]["observed"]) == (NAME, "open", 9)
    assert [len(found[part]) for part in ("members", "edges", "history", "verdicts")] == [3, 3, 1, 0]


def test_verdicts_follow_each_other_and_all_are_kept(clusters: Clusters) -> None:
    for verdict, reason in (("rejected", "a family"), ("open", "new facts"), ("confirmed", "same text")):
        clusters.judge(NAME, verdict, reason, "ana", AT)
    found = clusters.describe(NAME)
    assert [v["verdict"] for v in found["verdicts"]] == ["rejected", "open", "confirmed"]
    assert clusters.list(verdict="confirmed")["cluster_id"].to_list() == [NAME]
    assert clusters.list(verdict="open")["verdict"].to_list() == ["open"]
    assert clusters.list("possible").is_empty()


@pytest.mark.parametrize("prefix", ["", "4d", "ffff", "'; --"])
def test_an_id_that_does_not_name_one_cluster_is_refused(clusters: Clusters, prefix: str) -> None:
    with pytest.raises(UnknownClusterError):
        clusters.describe(prefix)


@pytest.mark.parametrize(("verdict", "reason"), [("guilty", "so it seems"), ("rejected", "  ")])
def test_a_verdict_needs_a_word_we_know_and_a_reason(clusters: Clusters, verdict: str, reason: str) -> None:
    with pytest.raises(ValueError, match="reason"):
        clusters.judge(NAME, verdict, reason, "ana")
