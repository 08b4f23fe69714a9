"""The truth files agree with the events."""

from datetime import timedelta

import polars as pl
import pytest

from veille.simulate import Simulation

pytestmark = pytest.mark.slow


def test_every_planted_request_is_among_the_mentions(winter: Simulation) -> None:
    labels = winter.truth.labels
    found = labels.join(winter.mentions, on=["event_id", "occurred_at", "account_id"], how="inner")
    assert len(found) == len(labels) == labels["event_id"].n_unique()
    counted = labels.filter(pl.col("source") == "attack").group_by("source_id").agg(
        n=pl.len(), first=pl.col("occurred_at").min(), last=pl.col("occurred_at").max(), who=pl.col("account_id").n_unique()
    )  # fmt: skip
    attacks = winter.truth.attacks.filter(pl.col("kind") != "global").join(
        counted, left_on="attack_id", right_on="source_id"
    )
    assert len(attacks) == len(counted)
    assert (attacks["n"] == attacks["requests"]).all()
    assert (attacks["who"] == attacks["accounts"]).all()
    assert (attacks["first"] == attacks["onset"]).all()
    assert (attacks["last"] == attacks["end"]).all()


def test_first_time_targets_were_never_mentioned_before(winter: Simulation) -> None:
    first = winter.mentions.group_by("target_id").agg(first=pl.col("occurred_at").min())
    attacks = winter.truth.attacks.filter(pl.col("kind") != "global").join(first, on="target_id", how="left")
    assert (attacks["first_time_target"] == (attacks["first"] >= attacks["onset"])).all()
    assert attacks.filter(pl.col("kind") == "surge")["first_time_target"].all()
    assert not attacks.filter(pl.col("kind") == "copycat")["first_time_target"].any()


def _crossings(mentions: pl.DataFrame) -> pl.DataFrame:
    """Targets with 20 sexualising requests within an hour, by a way of counting that is not the simulator's."""
    asked = mentions.filter((pl.col("request_class") == "sexualising") & pl.col("target_id").is_not_null())
    asked = asked.sort("target_id", "occurred_at")
    lag = pl.col("occurred_at") - pl.col("occurred_at").shift(19).over("target_id")
    return asked.filter(lag <= timedelta(hours=1)).group_by("target_id").agg(at=pl.col("occurred_at").min())


def test_critical_by_the_rule_on_first_time_targets(winter: Simulation) -> None:
    attacks = winter.truth.attacks.filter(pl.col("first_time_target"))
    crossed = _crossings(
        winter.mentions.join(winter.truth.labels.filter(pl.col("source") == "attack"), on="event_id", how="semi")
    )
    by_rule = attacks.filter(pl.col("critical_rule") == "first_time_target")
    assert set(by_rule["target_id"]) <= set(crossed["target_id"])
    large = attacks.filter((pl.col("kind") == "surge") & (pl.col("planned") >= 30))
    assert (large["critical_rule"] == "first_time_target").all()
    small = attacks.filter((pl.col("kind") == "surge") & (pl.col("planned") < 20))
    assert not small["critical"].any()
    times = winter.truth.attacks.filter(pl.col("critical") & (pl.col("kind") != "global"))
    assert (times["critical_at"] >= times["onset"]).all()
    assert (times["critical_at"] <= times["end"]).all()


def test_no_background_target_meets_the_rule(winter: Simulation) -> None:
    background = winter.mentions.join(winter.truth.labels, on="event_id", how="anti")
    crossed = _crossings(background.filter(~pl.col("target_is_public_figure")))
    attacked = winter.truth.labels.filter(pl.col("source") == "attack")["target_id"]
    assert crossed.filter(~pl.col("target_id").is_in(attacked.implode())).is_empty()


def test_organic_traps_on_unknown_targets_do_not_meet_the_rule(winter: Simulation) -> None:
    viral = winter.truth.traps.filter(pl.col("kind") == "viral_question")
    assert viral.height >= 10
    crossed = _crossings(winter.mentions)
    assert not set(viral["target_id"]) & set(crossed["target_id"])


def test_group_members_act_within_their_time(winter: Simulation) -> None:
    acts = winter.truth.labels.join(
        winter.truth.attacks.filter(pl.col("group_id").is_not_null()).select("attack_id", "group_id"),
        left_on="source_id", right_on="attack_id",
    )  # fmt: skip
    members = acts.join(winter.truth.groups, on=["group_id", "account_id"], how="left")
    assert members["since"].null_count() == 0
    assert ((members["occurred_at"] >= members["since"]) & (members["occurred_at"] <= members["until"])).all()


@pytest.mark.parametrize("kind", ["plain", "stealthy", "swarm", "rotating", "slow"])
def test_each_kind_of_group_is_planted(winter: Simulation, kind: str) -> None:
    groups = winter.truth.groups.filter(pl.col("kind") == kind)
    sizes = groups.group_by("group_id").len()["len"]
    assert sizes.len() >= 4
    assert sizes.min() >= 8  # type: ignore[operator]
    targets = winter.truth.group_targets.filter(pl.col("group_id").is_in(groups["group_id"].unique().implode()))
    assert targets.group_by("group_id").agg(pl.col("target_id").n_unique())["target_id"].min() >= 3  # type: ignore[operator]


def test_rotating_groups_hand_their_places_on(winter: Simulation) -> None:
    rotating = winter.truth.groups.filter(pl.col("group_id") == "rotating-00")
    assert rotating["since"].n_unique() > 3
    assert (rotating["until"] > rotating["since"]).all()


def test_slow_groups_spread_over_days(winter: Simulation) -> None:
    slow = winter.truth.attacks.filter(pl.col("kind") == "slow")
    assert (slow["end"] - slow["onset"]).median() > timedelta(days=1)  # type: ignore[operator]


def test_sizes_are_tabulated(winter: Simulation) -> None:
    surges = winter.truth.attacks.filter(pl.col("kind") == "surge")
    assert (surges["requests"] == surges["planned"]).all()
    assert dict(surges.group_by("planned").len().iter_rows()) == dict.fromkeys((8, 12, 16, 20, 30, 50, 80, 120, 200), 8)


def test_insistent_accounts_are_one_account_and_one_target(winter: Simulation) -> None:
    insistent = winter.truth.insistent
    labels = winter.truth.labels.filter(pl.col("source") == "insistent").group_by("source_id").agg(
        accounts=pl.col("account_id").n_unique(), targets=pl.col("target_id").n_unique(), requests=pl.len()
    )  # fmt: skip
    joined = insistent.join(labels, left_on="insistent_id", right_on="source_id", suffix="_counted")
    assert len(joined) == len(insistent) == 36
    assert (joined["accounts"] == 1).all()
    assert (joined["targets"] == 1).all()
    assert (joined["requests"] == joined["requests_counted"]).all()


def test_reply_all_threads_are_one_post_for_several_targets(winter: Simulation) -> None:
    thread = winter.truth.labels.filter(pl.col("kind") == "reply_all").join(winter.mentions, on="event_id")
    posts = thread.group_by("post_id").agg(
        targets=pl.col("target_id").n_unique(), mentions=pl.len(), accounts=pl.col("account_id").n_unique(),
        times=pl.col("occurred_at").n_unique(), prompts=pl.col("request_class").n_unique(),
    )  # fmt: skip
    assert (posts["mentions"] == posts["targets"]).all()
    assert (posts["targets"] >= 2).all()
    for column in ("accounts", "times", "prompts"):
        assert (posts[column] == 1).all()


def test_copycats_follow_their_surge(winter: Simulation) -> None:
    attacks = winter.truth.attacks
    copies = attacks.filter(pl.col("kind") == "copycat").join(
        attacks.select("attack_id", "target_id", first_end="end"),
        left_on="follows",
        right_on="attack_id",
        suffix="_first",
    )
    assert copies.height >= 5
    assert (copies["target_id"] == copies["target_id_first"]).all()
    assert (copies["onset"] > copies["first_end"]).all()


def test_nothing_is_planted_in_quiet_weeks() -> None:
    from veille.simulate import scenario, simulate

    quiet = simulate(scenario("quiet-week", scale=10_000))
    assert all(quiet.truth.frames()[name].is_empty() for name in ("attacks", "groups", "insistent", "traps", "labels"))
    organic = simulate(scenario("organic-week", scale=20_000))
    assert organic.truth.attacks.is_empty()
    assert set(organic.truth.traps["kind"]) == {"pile_on", "viral_question", "fan_club", "reply_all", "news"}
