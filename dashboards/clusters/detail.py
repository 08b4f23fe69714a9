"""One cluster: the network, its life, what speaks for it and against it, and what a person says."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from dashboards import data, figures, ranges, theme, words, zones
from dashboards.axes import Canvas
from dashboards.clusters import card as cluster_card
from dashboards.clusters import charts as cluster_charts
from dashboards.clusters import evidence, gexf, network, verdicts
from dashboards.clusters import tables as cluster_tables
from dashboards.clusters.network import DrawnNetwork, Network
from dashboards.data import PublishedData
from dashboards.shared import links, naming
from dashboards.shared.findings import of_findings
from dashboards.surges import detail as surge_detail
from dashboards.texts import language, names, t

_EVERYTHING = 100_000
_VERDICT_COLOURS = {"confirmed": "red", "rejected": "gray", "open": "orange"}


def draw(cluster_id: str, found: PublishedData) -> None:
    """The whole page of one cluster, from one state of the catalogue."""
    known = of_findings(found)
    links.back("cluster", t("coordination.back"))
    answer = known.ask("clusters_one", cluster_id=cluster_id)
    if answer.rows.is_empty():
        st.info(t("coordination.unknown", cluster=links.cluster(cluster_id)), icon=":material/help:")
        return
    one = answer.row()
    card = evidence.card(one["evidence"])
    whole = _network(one, card, known, found)
    _head(one, lambda: gexf.written(whole, cluster_id, one["decided_at"]))
    _facts(one, card)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _picture(cluster_id, whole)
        _life(cluster_id, one, known, min(found.newest_at or data.now(), data.now()))
    with right:
        cluster_card.draw(card, one)
        verdicts.form(cluster_id, one["verdict"], known)
        st.header(t("surges.incident"), anchor=False)
        incidents = known.ask("incidents_of_finding", finding_kind="cluster", finding_id=cluster_id).rows
        surge_detail.incident_links(incidents)
        if incidents.is_empty():
            st.caption(t("surges.no_incident"))
    cluster_tables.draw(whole, card)


def _network(
    one: dict[str, Any], card: evidence.ClusterEvidence, known: PublishedData, found: PublishedData
) -> Network:
    """Who belongs to the cluster, or did when it last stood, their pairs, and the targets of those members now."""
    cluster_id = one["cluster_id"]
    members = known.ask("clusters_members", cluster_id=cluster_id).rows
    pairs = known.ask("clusters_edges", cluster_id=cluster_id, top=_EVERYTHING).rows
    targets = known.ask("clusters_targets", cluster_id=cluster_id).rows
    listed = card.present if card.present is not None else card.targets["target_id"].to_list()
    if listed:
        targets = targets.filter(pl.col("target_id").cast(pl.String).is_in(listed))
    since: datetime = min([one["born_at"], *targets["first_at"].to_list()])
    until = max([one["last_active_at"], *targets["last_at"].to_list()]) + timedelta(seconds=1)
    linked = found.ask_large("clusters_links", cluster_id=cluster_id, since=since, until=until).rows
    return Network(
        members,
        targets,
        pairs,
        linked.join(targets.select("target_id"), on="target_id", how="semi", maintain_order="left"),
    )


def _head(one: dict[str, Any], written: Callable[[], bytes]) -> None:
    name = links.cluster(one["cluster_id"])
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(name, anchor=False, width="content")
        st.badge(names("tiers")[one["tier"]], color="blue" if one["tier"] == "validated" else "gray")
        st.badge(names("cluster_states")[one["state"]], color="green" if one["state"] == "active" else "gray")
        st.badge(names("verdicts")[one["verdict"]], color=_VERDICT_COLOURS[one["verdict"]])  # type: ignore[arg-type]
        st.space("stretch")
        st.download_button(t("coordination.export"), written, f"{name}.gexf", "application/gexf+xml", key="gexf",
                           icon=":material/download:", on_click="ignore", help=t("coordination.export_help"))  # fmt: skip
    st.caption(t("coordination.hypothesis"))
    if one["found_by"] is not None:
        period = words.period(one["found_since"], one["found_until"])
        st.caption(t("coordination.found_first", look=names("cluster_looks")[one["found_by"]], period=period))


def _facts(one: dict[str, Any], card: evidence.ClusterEvidence) -> None:
    look = card.look
    pairs = "–" if look.pairs is None else words.number(figures.named(look.pairs, "pairs", "card"))
    span = "–" if look.since is None or look.until is None else words.period(look.since, look.until)
    shown = (
        (
            t("coordination.accounts"),
            words.number(one["accounts"]),
            t(
                "coordination.accounts_note" if one["state"] == "active" else "coordination.accounts_stood",
                at=one["last_active_at"],
            ),
        ),
        (t("coordination.targets"), words.number(one["targets"]), t("coordination.targets_note", at=one["born_at"])),
        (t("coordination.supported_pairs"), pairs, t("coordination.supported_note", period=span)),
        (t("surges.chance"), naming.chance(one["p_value"]), t("coordination.chance_note")),
    )
    for place, (label, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        with place, st.container(border=True, height="stretch", gap="small"):
            st.metric(label, value)
            st.caption(note)


def _picture(cluster_id: str, whole: Network) -> None:
    st.header(t("coordination.network"), anchor=False)
    if whole.members.is_empty():
        st.caption(t("coordination.no_network"))
        return
    bounded, drawn = whole.bounded()
    option = _option(
        (cluster_id, whole.pairs.height, whole.links.height, drawn), st.context.theme.type, language(), bounded
    )
    alt = t("coordination.network_alt", **_sizes(drawn))
    state = st.echarts_chart(option, height=560, key="network", on_select="rerun", theme=None, alt=alt)
    _selected(state, bounded)
    st.caption(_bounds(drawn))
    st.caption(t("coordination.network_note"))


@st.cache_data(max_entries=64, ttl=600, show_spinner=False)
def _option(state: tuple[Any, ...], mode: str | None, spoken: str, _bounded: Network) -> dict[str, Any]:
    """The picture is the same for all sessions, and laid out once."""
    return network.option(_bounded, theme.look(mode))


def _bounds(drawn: DrawnNetwork) -> str:
    if drawn.everything:
        return t("coordination.all_drawn", **_sizes(drawn))
    return t("coordination.part_drawn", **_sizes(drawn))


def _sizes(drawn: DrawnNetwork) -> dict[str, Any]:
    parts = ("accounts", "targets", "pairs", "links")
    names_of = (*parts, *(f"all_{part}" for part in parts))
    return {name: figures.named(getattr(drawn, name), name, "network") for name in names_of}


def _selected(state: Any, bounded: Network) -> None:
    """What was clicked in the picture, in words; room is kept so that nothing below moves."""
    with st.container(height=44, border=False):
        picked = [
            (group["data_type"], group["data_indices"][0])
            for group in state.selection.get("selected", [])
            if group["data_indices"]
        ]
        place = next((index for kind, index in picked if kind == "node"), None)
        if place is None:
            st.caption(t("coordination.click_node"))
            return
        accounts = bounded.members.height
        if place < accounts:
            row = figures.marked(bounded.members.row(place, named=True), "network_members", {})
            st.markdown(
                t(
                    "coordination.account_tip",
                    name=links.account(row["account_id"]),
                    firsts=row["firsts"],
                    co_actions=row["co_actions"],
                )
            )
        elif place - accounts < bounded.targets.height:
            target = bounded.targets["target_id"][place - accounts]
            links.link("target", target, t("surges.to_target", target=links.person(target)))


def _life(cluster_id: str, one: dict[str, Any], known: PublishedData, present: datetime) -> None:
    """present: of the data."""
    st.header(t("coordination.life"), anchor=False)
    sizes = known.ask("clusters_sizes", cluster_id=cluster_id).rows
    history = known.ask("clusters_history", cluster_id=cluster_id).rows
    called = names("cluster_events")
    events = history.select(
        "happened_at",
        pl.col("event").replace(called).alias("name"),
        pl.Series("detail", [_detail(e, d) for e, d in history.select("event", "detail").iter_rows()], dtype=pl.String),
    )
    since = min([one["born_at"], *history["happened_at"].to_list()]) - timedelta(hours=2)
    end = max(present if one["state"] == "active" else one["last_active_at"], one["decided_at"])
    until = end + max((end - since) / 20, timedelta(hours=2))
    canvas = Canvas(
        ranges.absolute(since, until, 60, data.now()), theme.look(st.context.theme.type), data.now(), zones.name()
    )
    chart = cluster_charts.life(sizes, events, canvas)
    alt = ", ".join(f"{name} {words.minute(at)}" for at, name in events.select("happened_at", "name").iter_rows())
    st.altair_chart(chart, theme=None, width="stretch", key="life", alt=alt or t("coordination.life"))
    with st.expander(
        t("coordination.life_table", n=figures.named(events.height, "life_events")),
        icon=":material/history:",
        key="life_table",
    ):
        for at, name, detail in events.sort("happened_at", descending=True).iter_rows():
            st.markdown(f"- {words.minute(at)} · **{name}** · {words.escape_markdown(detail)}")
        st.caption(naming.zoned("coordination.life_note"))


def _detail(event: str, detail: str) -> str:
    """Accounts or clusters that an event names: how many, and the first of them by their short names."""
    identities = [part.strip() for part in detail.split(",") if part.strip()]
    if not identities:
        return ""
    shown = [links.cluster(i) if event in ("merged", "split") else _account(i) for i in identities[:3]]
    rest = len(identities) - len(shown)
    return ", ".join(shown) + (f" {t('coordination.and_more', n=figures.named(rest, 'rest'))}" if rest else "")


def _account(identity: str) -> str:
    try:
        return links.account(identity)
    except ValueError:
        return identity[:40]
