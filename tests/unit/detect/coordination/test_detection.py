"""The whole method on small mentions, and what must not change its result."""

import gzip
import os
import random
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.detect.coordination import DEFAULT_WINDOWS, Parameters, Window, detect

DATA = Path(__file__).resolve().parents[5] / "shared" / "data"
SLOW = settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _validated(mentions: pl.DataFrame, parameters: Parameters | None = None) -> set[str]:
    return set(detect(mentions, parameters).clusters.filter(tier="validated")["account_id"])


def test_finds_the_group_and_nobody_else() -> None:
    found = detect(frame(strangers(1) + strikes(1)))
    assert set(found.clusters.filter(tier="validated")["account_id"]) == {f"g{m:02d}" for m in range(8)}
    assert found.clusters["cluster_id"].unique().to_list() == ["C0001"]
    inside = found.pairs.filter(tier="validated")
    assert (inside["account_a"] < inside["account_b"]).all()
    assert (inside["weight"] == inside["co_actions"]).all()
    assert inside["p_value"].is_between(0, 1).all()
    assert (inside["q_value"] >= inside["p_value"]).all()


@pytest.mark.parametrize("seed", range(6))
def test_strangers_are_not_a_group(seed: int) -> None:
    assert _validated(frame(strangers(seed))) == set()


def test_a_reply_to_many_is_one_unit() -> None:
    """Two accounts whose one pair of posts names six handles have met once, not six times."""
    rows, posts = strangers(2), []
    posts = [f"p{k}" for k in range(len(rows))]
    for account in ("x1", "x2", "x3", "x4"):
        for target in range(6):
            rows.append((account, f"thread{target}", 1000.0 + 5 * int(account[1])))
            posts.append(f"reply-{account}")
    found = detect(frame(rows, posts))
    assert not found.pairs.filter(pl.col("account_a").str.starts_with("x"))["account_a"].len()
    assert set(found.clusters["account_id"]) == set()


def test_a_crowd_is_not_a_group() -> None:
    """Hundreds who mention one target, and then another, within a minute: a surge, whose members never pair."""
    crowd = [
        (f"c{k:03d}", target, at + k / 10) for target, at in (("big1", 5000.0), ("big2", 90_000.0)) for k in range(500)
    ]
    assert _validated(frame(strangers(3) + crowd)) == set()


def test_fans_of_the_same_targets_at_the_same_hours_are_not_a_group() -> None:
    import numpy as np

    rng = np.random.default_rng(5)
    fans = [
        (f"f{k:02d}", f"star{rng.integers(0, 2)}", float(day * 86_400 + 70_000 + rng.integers(0, 7200)))
        for day in range(4)
        for k in range(30)
        for _ in range(3)
    ]
    assert _validated(frame(strangers(4) + fans)) == set()


def test_a_pair_alone_is_no_cluster_whatever_its_own_q() -> None:
    pair = [(who, f"pt{k}", 20_000.0 * (k + 1) + d) for k in range(6) for d, who in enumerate(("twin1", "twin2"))]
    found = detect(frame(strangers(6) + pair))
    alone = found.pairs.filter(account_a="twin1").select("tier", "supported_by", "cluster_id", "cluster_tier")
    assert alone.rows() == [("validated", "pair", None, None)]
    assert _validated(frame(strangers(6) + pair)) == set()


def test_an_account_joins_a_group_on_a_single_co_action_on_a_quiet_target() -> None:
    group = [(f"g{m:02d}", f"q{k}", 30_000.0 * (k + 1) + m) for k in range(5) for m in range(6)]
    found = detect(frame([*strangers(7), *group, ("late", "q2", 90_020.0), ("late", "t001", 5.0)])).clusters
    late = found.filter(account_id="late")
    assert late.select("tier", "role", "joined").rows() == [("validated", "peripheral", True)]


@SLOW
@given(seed=st.integers(0, 10_000), order=st.integers(0, 10_000))
def test_order_and_repetitions_change_nothing(seed: int, order: int) -> None:
    rows = strangers(seed, 1200) + strikes(seed, 6, 4)
    mixed = rows + rows[::3]
    random.Random(order).shuffle(mixed)
    one, other = detect(frame(rows)), detect(frame(mixed))
    assert one.pairs.equals(other.pairs)
    assert one.clusters.equals(other.clusters)


@SLOW
@given(seed=st.integers(0, 10_000), shift=st.integers(-(10**7), 10**7))
def test_when_it_happened_changes_nothing(seed: int, shift: int) -> None:
    mentions = frame(strangers(seed, 1200) + strikes(seed, 6, 4))
    moved = mentions.with_columns(pl.col("occurred_at") + timedelta(seconds=shift))
    one, other = detect(mentions), detect(moved)
    assert one.pairs.equals(other.pairs)
    assert one.clusters.equals(other.clusters)


@SLOW
@given(seed=st.integers(0, 10_000))
def test_names_change_nothing(seed: int) -> None:
    import numpy as np

    mentions = frame(strangers(seed, 1200) + strikes(seed, 6, 4))
    names = mentions["account_id"].unique().sort()
    other = pl.Series([f"n{k:04d}" for k in np.random.default_rng(seed).permutation(len(names))])
    renamed = mentions.with_columns(pl.col("account_id").replace_strict(names, other))
    back = detect(renamed).clusters.with_columns(pl.col("account_id").replace_strict(other, names))
    columns = ["account_id", "tier", "role", "joined"]
    assert (
        back.select(columns).sort("account_id").rows()
        == detect(mentions).clusters.select(columns).sort("account_id").rows()
    )


@SLOW
@given(seed=st.integers(0, 10_000), at=st.integers(-(10**6), 10**6), who=st.sampled_from(["a001", "g01", "newcomer"]))
def test_an_event_on_an_untouched_target_creates_no_edge(seed: int, at: int, who: str) -> None:
    rows = strangers(seed, 1200) + strikes(seed, 6, 4)
    before = detect(frame(rows)).pairs
    after = detect(frame([*rows, (who, "untouched", float(at))])).pairs
    ends = ["account_a", "account_b"]
    assert set(after.select(ends).rows()) <= set(before.select(ends).rows())


def test_rows_that_cannot_be_used_are_left_out() -> None:
    rows = frame(strangers(8) + strikes(8))
    broken = pl.concat(
        [rows, frame([("g00", "g00", 1.0)]), rows.head(3).with_columns(target_id=pl.lit(None, pl.String))]
    )
    assert detect(broken).clusters.equals(detect(rows).clusters)


@pytest.mark.parametrize("rows", [[], [("a", "t", 1.0)], [("a", "t", 1.0), ("b", "t", 2.0), ("c", "u", 3.0)]])
def test_too_little_is_named_insufficient(rows: list[tuple[str, str, float]]) -> None:
    found = detect(frame(rows))
    assert found.insufficient
    assert (len(found.pairs), len(found.clusters)) == (0, 0)


def test_passes_change_nothing() -> None:
    mentions = frame(strangers(1, 6_000, 100, 6) + strikes(1))
    small = Parameters(windows=(Window(3600, 200),), max_rows=100_000)
    assert detect(mentions, small).pairs.equals(detect(mentions, Parameters(windows=small.windows)).pairs)


def test_windows_below_the_clock_are_left_out() -> None:
    coarse = frame([(a, t, s // 60 * 60) for a, t, s in strangers(9) + strikes(9)])
    assert detect(coarse).windows_s == (60, 300, 3600)


@pytest.mark.parametrize(
    "wrong", [{"windows": ()}, {"alpha": 0.0}, {"min_accounts": 2}, {"max_rows": 1}, {"windows": (Window(0, 1),)}]
)
def test_settings_without_meaning_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Parameters(**wrong)  # type: ignore[arg-type]


def test_prompts_are_a_second_trace() -> None:
    """Accounts that never share a target but repeat one odd text within the hour."""
    rows = strangers(10)
    prompts = [
        f"please make picture number {k} look a little more like {chr(97 + k % 26) * 9}" for k in range(len(rows))
    ]
    for k in range(6):
        for m in range(5):
            rows.append((f"g{m:02d}", f"own{k}-{m}", 40_000.0 * (k + 1) + 60 * m))
            prompts.append(
                f"{['amber', 'birch', 'cedar', 'dahlia', 'elder', 'fern'][k] * 3} turn this into a painted scene, version {m}"
            )
    mentions = frame(rows).with_columns(pl.Series("prompt", prompts))
    assert _validated(mentions) == set()
    assert _validated(mentions, Parameters(prompts=True)) >= {f"g{m:02d}" for m in range(5)}


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.parametrize(("name", "least", "most"), [("ira_dev", 900, 1903), ("higgs_organic_dev", 0, 10)])
def test_real_data(name: str, least: int, most: int) -> None:
    path = DATA / f"{name}.ndjson.gz"
    if not path.is_file() and not os.environ.get("CI"):
        pytest.skip(f"../shared/data/{name}.ndjson.gz is not here")
    table = pl.read_ndjson(gzip.decompress(path.read_bytes()), infer_schema_length=None)
    at = pl.col("occurred_at").str.to_datetime(time_unit="us", time_zone="UTC")
    assert least <= len(_validated(table.with_columns(at))) <= most
    assert {w.width_s for w in DEFAULT_WINDOWS} == {10, 60, 300, 3600}
