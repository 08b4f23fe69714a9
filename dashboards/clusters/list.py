"""Clusters of a period, ranked: validated before possible, large before small; what people said of them."""

import polars as pl
import streamlit as st

from dashboards import data, figures, states, words, zones
from dashboards.controls import ChosenPeriod
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.shared import links, naming, tables
from dashboards.shared.findings import of_findings
from dashboards.texts import names, t

MOST = 1_000


def draw(period: ChosenPeriod, tier: str | None, verdict: str | None, found: PublishedData) -> None:
    """Everything below the controls."""
    now = data.now()
    span = period.span(found, now)
    with st.container():
        states.stale(found, now)
        states.notes(span, found)
    known = of_findings(found)
    st.caption(t("coordination.hypothesis"))
    _counts(known, span)
    answer = known.ask("clusters_list", since=span.since, until=span.until, tier=tier, verdict=verdict, top=MOST)
    if answer.rows.is_empty():
        st.info(t("coordination.none"), icon=":material/hub:")
        states.instead(found, span, "clusters")
        return
    _table(answer.rows)


def _counts(known: PublishedData, span: Span) -> None:
    rows = known.ask("clusters_counts", since=span.since, until=span.until).rows

    def counted(*tests: pl.Expr) -> tuple[int, int]:
        kept = rows.filter(*tests)
        return int(kept["clusters"].sum()), int(kept["accounts"].sum())

    tier, verdict = pl.col("tier"), pl.col("verdict")
    shown = (
        ("validated", counted(tier == "validated", verdict == "open")),
        ("possible", counted(tier == "possible", verdict == "open")),
        ("confirmed", counted(verdict == "confirmed")),
        ("rejected", counted(verdict == "rejected")),
    )
    for place, (key, (clusters, accounts)) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(
                t(f"coordination.{key}_tile"),
                words.number(figures.named(clusters, f"clusters_{key}")),
                help=t(f"coordination.{key}_help"),
            )
            st.caption(t("coordination.in_accounts", n=figures.named(accounts, f"accounts_{key}")))


def _table(rows: pl.DataFrame) -> None:
    tiers, verdicts, states_of = names("tiers"), names("verdicts"), names("cluster_states")
    shown = rows.select(
        "cluster_id",
        pl.Series("name", [links.cluster(i) for i in rows["cluster_id"]], dtype=pl.String),
        pl.col("tier").replace(tiers), pl.col("verdict").replace(verdicts), "accounts", "targets",
        pl.Series("chance", [naming.chance(row["p_value"]) for row in figures.rows("clusters_list", rows)], dtype=pl.String),
        "last_active_at", "born_at", pl.col("state").replace(states_of),
        pl.col("found_by").replace(names("cluster_looks")).fill_null("–"),
    )  # fmt: skip
    links.pick_from(zones.frame(shown), "clusters", "cluster", "cluster_id", height=tables.height(shown.height, 640),
        alt=t("coordination.title"), column_config={
            "name": tables.text(t("coordination.cluster")),
            "tier": tables.text(t("coordination.tier"), t("coordination.tier_help")),
            "verdict": tables.text(t("coordination.verdict"), t("coordination.verdict_help")),
            "accounts": tables.count(t("coordination.accounts")),
            "targets": tables.count(t("coordination.targets")),
            "chance": tables.text(t("surges.chance"), t("coordination.chance_help")),
            "last_active_at": tables.at("coordination.last_active"),
            "born_at": tables.at("coordination.born"),
            "state": tables.text(t("surges.state")),
            "found_by": tables.text(t("coordination.found_by"), t("coordination.found_by_help")),
        })  # fmt: skip
    left_out = figures.named(int(rows["found"][0]) - rows.height, "left_out")
    st.caption(t("surges.click") if not left_out else f"{t('surges.click')} {t('surges.left_out', n=left_out)}")
