"""Clusters keep their id through growth, replacement, merging, splitting and sleep."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from veille.detect.coordination.history import Change, FoundCluster, KnownCluster, follow

T0 = datetime(2026, 1, 5, tzinfo=UTC)
DAY = timedelta(days=1)


def _found(names: str, at: datetime, tier: str = "validated") -> FoundCluster:
    return FoundCluster(members=dict.fromkeys(names, "core"), first_at=at, last_at=at, tier=tier)


def _life(*runs: tuple[int, list[str]]) -> tuple[list[KnownCluster], list[Change]]:
    known: list[KnownCluster] = []
    changes: list[Change] = []
    for day, sets in runs:
        at = T0 + day * DAY
        known, news = follow(known, [_found(s, at) for s in sets], at)
        changes += news
    return known, changes


def _words(changes: list[Change]) -> list[str]:
    return [c.event for c in changes]


def test_born_grown_and_shrunk_under_one_id() -> None:
    known, changes = _life((0, ["abcd"]), (1, ["abcdef"]), (9, ["abcd"]))
    assert [k.present for k in known] == [frozenset("abcd")]
    assert _words(changes) == ["born", "grown", "shrunk"]
    assert changes[2].detail == "e,f"
    assert {c.cluster_id for c in changes} == {known[0].cluster_id}


def test_a_member_unseen_for_a_while_has_not_left_yet() -> None:
    known, changes = _life((0, ["abcd"]), (1, ["abc"]))
    assert known[0].present == frozenset("abcd")
    assert _words(changes) == ["born"]


def test_dormant_then_returned_with_partly_replaced_members() -> None:
    known, changes = _life((0, ["abcdef"]), (8, []), (30, ["abxyz"]))
    assert _words(changes) == ["born", "dormant", "grown", "returned", "shrunk"]
    assert len(known) == 1
    assert known[0].state == "active"
    assert set("abxyz") <= known[0].present


def test_merged_into_the_larger() -> None:
    known, changes = _life((0, ["abcde", "pqr"]), (1, ["abcdepqr"]))
    states = {k.state: k.cluster_id for k in known}
    merged = [c for c in changes if c.event == "merged"]
    assert [(c.cluster_id, c.detail) for c in merged] == [(states["merged"], states["active"])]


def test_split_names_the_part_that_left() -> None:
    known, changes = _life((0, ["abcdefgh"]), (1, ["abcde", "fgh"]))
    assert sorted(_words(changes)) == ["born", "born", "split"]
    assert sorted(sorted(k.present) for k in known) == [list("abcde"), list("fgh")]
    split = next(c for c in changes if c.event == "split")
    assert next(k for k in known if k.cluster_id == split.detail).present == frozenset("fgh")


def test_strangers_are_another_cluster() -> None:
    known, _ = _life((0, ["abcd"]), (1, ["awxyz"]))
    assert len(known) == 2


def test_a_possible_cluster_is_promoted_under_its_id() -> None:
    known, _ = follow([], [_found("abc", T0, "possible")], T0)
    known, changes = follow(known, [_found("abc", T0 + DAY)], T0 + DAY)
    assert [(k.tier, k.cluster_id) for k in known] == [("validated", changes[0].cluster_id)]


_SETS = st.lists(st.frozensets(st.sampled_from("abcdefghijkl"), min_size=3, max_size=6), max_size=3)


def _disjoint(sets: list[frozenset[str]]) -> list[str]:
    used: set[str] = set()
    result = []
    for s in sets:
        rest = s - used
        if len(rest) >= 3:
            result.append("".join(sorted(rest)))
            used |= rest
    return result


@settings(deadline=None)
@given(runs=st.lists(_SETS, max_size=6))
def test_every_account_is_present_in_one_cluster_at_most_and_ids_are_never_lost(
    runs: list[list[frozenset[str]]],
) -> None:
    known: list[KnownCluster] = []
    for day, sets in enumerate(runs):
        before = {k.cluster_id for k in known}
        at = T0 + 3 * day * DAY
        found = [_found(s, at) for s in _disjoint(sets)]
        one, other = follow(known, found, at), follow(known[::-1], found[::-1], at)
        assert one == other
        known = one[0]
        assert before <= {k.cluster_id for k in known}
        current = [k for k in known if k.state == "active" and k.last_active_at == at]
        assert len(current) == len(found)
        for group in found:
            assert any(set(group.members) <= k.present for k in current)


def test_what_was_found_before_the_quiet_time_wakes_nobody() -> None:
    known, _ = _life((0, ["abcdef"]), (8, []))
    old = FoundCluster(members=dict.fromkeys("abcdef", "core"), first_at=T0, last_at=T0)
    after, changes = follow(known, [old], T0 + 9 * DAY)
    assert (after, changes) == (known, [])


def test_a_merged_cluster_that_parts_again_has_its_old_name() -> None:
    known, _ = _life((0, ["abcde", "pqrst"]))
    names = {min(k.members): k.cluster_id for k in known}
    known, _ = follow(known, [_found("abcdepqrst", T0 + DAY)], T0 + DAY)
    known, changes = follow(known, [_found(s, T0 + 2 * DAY) for s in ("abcde", "pqrst")], T0 + 2 * DAY)
    assert {min(k.present): k.cluster_id for k in known} == names
    assert [c.event for c in changes if c.event == "returned"] == ["returned"]


def test_validated_stays_validated() -> None:
    known, _ = follow([], [_found("abc", T0)], T0)
    known, _ = follow(known, [_found("abc", T0 + DAY, "possible")], T0 + DAY)
    assert known[0].tier == "validated"


def test_an_anchor_names_a_newborn_whoever_was_there_and_no_name_is_given_twice() -> None:
    one = FoundCluster(members=dict.fromkeys("abc", "core"), first_at=T0, last_at=T0, anchor="quiet target, Monday")
    more = FoundCluster(members=dict.fromkeys("abcd", "core"), first_at=T0, last_at=T0, anchor="quiet target, Monday")
    others = FoundCluster(members=dict.fromkeys("xyz", "core"), first_at=T0, last_at=T0, anchor="quiet target, Monday")
    (known,), _ = follow([], [one], T0)
    (later,), _ = follow([], [more], T0 + DAY)
    assert known.cluster_id == later.cluster_id
    assert len({k.cluster_id for k in follow([known], [others], T0 + DAY)[0]}) == 2


def test_a_merged_cluster_keeps_who_stood_in_it() -> None:
    known, _ = _life((0, ["abcde", "pqr"]), (1, ["abcdepqr"]), (2, ["abcdepqr"]))
    (merged,) = [k for k in known if k.state == "merged"]
    assert (merged.present, merged.standing) == (frozenset(), frozenset("pqr"))


def test_a_dormant_cluster_keeps_who_stood_in_it_when_they_are_found_elsewhere() -> None:
    known, _ = _life((0, ["abcdef"]), (8, []), (9, ["awxyz"]))
    (asleep,) = [k for k in known if "c" in k.members]
    assert (asleep.state, asleep.present) == ("dormant", frozenset("bcdef"))
    assert asleep.standing == frozenset("abcdef")


def test_a_cluster_whose_members_went_to_another_no_longer_stands() -> None:
    known, changes = _life((0, ["abcd", "stuvw"]), (1, ["bcstuvw", "axyz"]))
    gone = next(k for k in known if k.state != "active")
    taker = next(k for k in known if "s" in k.present)
    assert (gone.state, gone.standing) == ("merged", frozenset("abcd"))
    assert [(c.event, c.detail) for c in changes if c.cluster_id == gone.cluster_id][-1] == ("merged", taker.cluster_id)


@settings(deadline=None)
@given(runs=st.lists(_SETS, max_size=6))
def test_no_cluster_ever_stands_with_fewer_than_three_and_one_that_ended_keeps_its_last_state(
    runs: list[list[frozenset[str]]],
) -> None:
    known: list[KnownCluster] = []
    for day, sets in enumerate(runs):
        before = {k.cluster_id: k for k in known}
        at = T0 + 3 * day * DAY
        known, changes = follow(known, [_found(s, at) for s in _disjoint(sets)], at)
        for cluster in known:
            assert len(cluster.standing) >= 3
            old = before.get(cluster.cluster_id)
            if cluster.state != "active" and old is not None:
                assert cluster.standing == old.standing
            if old is not None and cluster.state not in (old.state, "active"):
                assert {c.event for c in changes if c.cluster_id == cluster.cluster_id} & {"merged", "dormant"}
