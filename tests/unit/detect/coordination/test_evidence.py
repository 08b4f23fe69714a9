"""The card adds up, and names what speaks against the cluster."""

import polars as pl

from tests.unit.detect.coordination.planted import frame, strangers, strikes
from veille.detect.coordination.evidence import evidence

GROUP = [f"g{m:02d}" for m in range(8)]


def test_card_of_a_true_group() -> None:
    mentions = frame(strangers(1) + strikes(1)).with_columns(language=pl.lit("fr"), prompt=pl.lit("add a hat"))
    card = evidence(mentions, GROUP)
    assert card.members["account_id"].to_list() == GROUP
    carried = card.pairs.filter(pl.col("supported_by").is_not_null())
    assert 0 < card.observed == carried["co_actions"].sum() == card.co_actions["supported"].sum() < len(card.co_actions)
    assert card.expected < card.observed / 20
    assert set(card.targets["target_id"]) == {f"q{k}" for k in range(5)}
    assert (card.targets["share"] == 1.0).all()
    assert card.co_actions["gap_s"].max() <= 50  # type: ignore[operator]
    assert card.sensitivity.filter(window_s=60)["members"].item() == 8
    assert not card.counter_evidence["weighs"].any()
    assert card.languages.rows() == [("fr", len(card.members) and card.members["mentions"].sum())]
    assert card.prompts["accounts"].to_list() == [8]
    assert card.insufficient is None


def test_card_of_a_fan_club_says_so() -> None:
    fans = [(f"f{k}", f"star{k % 2}", 1000.0 * day + 3 * k) for day in range(20) for k in range(6)]
    card = evidence(frame(strangers(2) + fans), [f"f{k}" for k in range(6)])
    assert card.counter_evidence.filter(kind="fan_club")["weighs"].item()


def test_card_without_co_actions_is_insufficient() -> None:
    card = evidence(frame(strangers(3)), ["nobody", "else"])
    assert card.insufficient
    assert (card.observed, len(card.co_actions), len(card.counter_evidence)) == (0, 0, 0)
