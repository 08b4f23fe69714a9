"""The network of a cluster as tables: all of it, for those who cannot or will not read a picture."""

import polars as pl
import streamlit as st

from dashboards import figures, words, zones
from dashboards.clusters import evidence
from dashboards.clusters.evidence import ClusterEvidence
from dashboards.clusters.network import Network
from dashboards.shared import links, naming, tables
from dashboards.texts import names, t

_MOST = 500


def draw(whole: Network, card: ClusterEvidence) -> None:
    """Members, targets, pairs and the single co-actions, each behind a tab."""
    labels = [t(f"coordination.{key}_tab") for key in ("members", "targets", "pairs", "seen", "co_actions")]
    members, targets, pairs, seen, co_actions = st.tabs(labels, key="cluster_tables")
    with members:
        _members(whole)
    with targets:
        _targets(whole)
    with pairs:
        _pairs(whole.supported, "pairs")
    with seen:
        st.caption(t("coordination.seen_note"))
        _pairs(whole.seen, "seen")
    with co_actions:
        _co_actions(card)


def _members(whole: Network) -> None:
    firsts = evidence.who_leads(whole.links).select("account_id", "firsts", "targets")
    rows = whole.members.join(firsts, on="account_id", how="left", maintain_order="left").with_columns(
        pl.col("firsts", "targets").fill_null(0)
    )
    shown = rows.select(
        "account_id",
        pl.Series("name", [links.account(i) for i in rows["account_id"]], dtype=pl.String),
        pl.col("role").replace(names("cluster_roles")), "firsts", "targets", "co_actions", "partners",
        pl.col("rule").replace(names("cluster_rules")).fill_null("–"), _rates(rows["error_rate"]),
        _chances(rows["rule_value"], "value"), "since",
    )  # fmt: skip
    links.open_from(zones.frame(shown), "cluster_members", "account", "account_id", height=tables.height(shown.height), column_config={
        "name": tables.text(t("surges.account")),
        "role": tables.text(t("coordination.role")),
        "firsts": tables.count(t("coordination.firsts"), t("coordination.firsts_help")),
        "targets": tables.count(t("coordination.targets")),
        "co_actions": tables.count(t("coordination.co_actions")),
        "partners": tables.count(t("coordination.partners")),
        "rule": tables.text(t("coordination.rule"), t("coordination.rule_help")),
        "error_rate": tables.text(t("coordination.error_rate"), t("coordination.error_rate_help")),
        "value": tables.text(t("coordination.rule_value"), t("coordination.rule_value_help")),
        "since": tables.at("coordination.since"),
    })  # fmt: skip


def _targets(whole: Network) -> None:
    st.caption(t("coordination.click_target"))
    shown = whole.targets.select(
        "target_id",
        pl.Series("name", [links.person(i) for i in whole.targets["target_id"]], dtype=pl.String),
        "accounts", "mentions", "burden", (100 * pl.col("mentions") / pl.col("burden")).alias("share"), "first_at", "last_at",
    )  # fmt: skip
    links.open_from(zones.frame(shown), "cluster_targets", "target", "target_id", height=tables.height(shown.height), column_config={
        "name": tables.text(t("surges.target")),
        "accounts": tables.count(t("coordination.accounts")),
        "mentions": tables.count(t("coordination.mentions")),
        "burden": tables.count(t("coordination.burden"), t("coordination.burden_help")),
        "share": st.column_config.NumberColumn(t("coordination.share"), format="%.0f %%"),
        "first_at": tables.at("surges.first"),
        "last_at": tables.at("surges.last"),
    })  # fmt: skip


def _pairs(pairs: pl.DataFrame, key: str) -> None:
    rows = pairs.head(_MOST)
    if rows.is_empty():
        st.caption(t("coordination.no_pairs"))
        return
    shown = rows.select(
        pl.Series("a", [links.account(i) for i in rows["account_a"]], dtype=pl.String),
        pl.Series("b", [links.account(i) for i in rows["account_b"]], dtype=pl.String),
        "co_actions", "expected", _chances(rows["q_value"]),
        pl.col("supported_by").replace(names("cluster_rules")).fill_null("–"), "window_seconds", "since", "until",
        "latest_co_actions", "latest_expected", "latest_until",
    )  # fmt: skip
    _table(shown, key, {
        "a": tables.text(t("surges.account")),
        "b": tables.text(t("coordination.with")),
        "co_actions": tables.count(t("coordination.co_actions"), t("coordination.look_help")),
        "expected": st.column_config.NumberColumn(t("coordination.by_chance"), format="%.2f"),
        "q": tables.text(t("coordination.best_q")),
        "supported_by": tables.text(t("coordination.supported_by"), t("coordination.rule_help")),
        "window_seconds": tables.count(t("coordination.window")),
        "since": tables.at("coordination.look_since"),
        "until": tables.at("coordination.look_until"),
        "latest_co_actions": tables.count(t("coordination.latest_co_actions"), t("coordination.latest_help")),
        "latest_expected": st.column_config.NumberColumn(t("coordination.latest_expected"), format="%.2f"),
        "latest_until": tables.at("coordination.latest_until"),
    })  # fmt: skip
    if pairs.height > _MOST:
        st.caption(t("coordination.more_pairs", n=figures.named(pairs.height - _MOST, "left_out")))


def _co_actions(card: ClusterEvidence) -> None:
    late = pl.col("at_b") < pl.col("at_a")
    first, second = (
        pl.when(late).then("account_b").otherwise("account_a"),
        pl.when(late).then("account_a").otherwise("account_b"),
    )
    rows = card.co_actions.head(_MOST).with_columns(first=first, second=second)
    if rows.is_empty():
        st.caption(t("coordination.no_co_actions"))
        return
    shown = rows.select(
        pl.min_horizontal("at_a", "at_b").alias("at_a"),
        pl.Series("first", [links.account(i) for i in rows["first"]], dtype=pl.String),
        pl.Series("second", [links.account(i) for i in rows["second"]], dtype=pl.String),
        pl.Series("target", [links.person(i) for i in rows["target_id"]], dtype=pl.String),
        "gap_s", "unit",
    )  # fmt: skip
    _table(shown, "co_actions", {
        "at_a": tables.at("coordination.at"),
        "first": tables.text(t("coordination.first")),
        "second": tables.text(t("coordination.second")),
        "target": tables.text(t("surges.target")),
        "gap_s": tables.count(t("coordination.gap")),
        "unit": tables.count(t("coordination.unit"), t("coordination.unit_help")),
    })  # fmt: skip


def _chances(values: pl.Series, name: str = "q") -> pl.Series:
    """Small probabilities as people read them."""
    rows = figures.rows("q_values", values.alias("q").to_frame())
    return pl.Series(name, [naming.chance(row["q"]) for row in rows], dtype=pl.String)


def _rates(values: pl.Series) -> pl.Series:
    """Rates of error as people read them; a dash for members whom no rule admits."""
    rows = figures.rows("error_rates", values.alias("rate").to_frame())
    shown = ["–" if row["rate"] is None else words.percent(row["rate"], 0) for row in rows]
    return pl.Series("error_rate", shown, dtype=pl.String)


def _table(shown: pl.DataFrame, key: str, columns: dict[str, object]) -> None:
    st.dataframe(zones.frame(shown), hide_index=True, placeholder="–", key=f"cluster_{key}", height=tables.height(shown.height),
                 column_config=columns)  # type: ignore[arg-type]  # fmt: skip
