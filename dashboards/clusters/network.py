"""A cluster drawn: its accounts and targets, who was first, and the supported pairs, which are the evidence. Pure: frames → ECharts option.

A picture of everything says nothing: beyond 300 nodes the accounts with the most co-actions and the targets that most of them share are
kept, and the caller says how many were left out.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from dashboards import figures
from dashboards.clusters import layout
from dashboards.texts import t
from dashboards.theme import DARK, FONT, Palette
from veille.privacy import short

MOST_ACCOUNTS, MOST_TARGETS = 200, 100
MOST_PAIRS, MOST_LINKS = 500, 700
ACCOUNT, TARGET = 0, 1
"""Categories of nodes."""
_GROUND = ("#FFFFFF", "#12171E")
"""What the page is painted with, light and dark: labels keep clear of lines by a rim of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnNetwork:
    """What stands in the picture, and how much there is in all."""

    accounts: int
    all_accounts: int
    targets: int
    all_targets: int
    pairs: int
    all_pairs: int
    links: int
    all_links: int

    @property
    def everything(self) -> bool:
        return (self.accounts, self.targets, self.pairs, self.links) == (
            self.all_accounts,
            self.all_targets,
            self.all_pairs,
            self.all_links,
        )


@dataclass(frozen=True, slots=True)
class Network:
    """members: account_id, role, co_actions. targets: target_id, accounts, mentions, burden. pairs: account_a, account_b, co_actions,
    expected, q_value, supported. links: account_id, target_id, mentions, place (1: first of the members at this target)."""

    members: pl.DataFrame
    targets: pl.DataFrame
    pairs: pl.DataFrame
    links: pl.DataFrame

    @property
    def supported(self) -> pl.DataFrame:
        """Pairs that a test carries: only these are drawn."""
        return self.pairs.filter("supported")

    @property
    def seen(self) -> pl.DataFrame:
        """Pairs that are only also seen together."""
        return self.pairs.filter(~pl.col("supported"))

    def bounded(self) -> tuple["Network", DrawnNetwork]:
        """The part that is drawn, and what it leaves out."""
        firsts = (
            self.links.filter(pl.col("place") == 1).group_by("account_id").agg(pl.len().cast(pl.Int64).alias("firsts"))
        )
        members = (
            self.members.join(firsts, on="account_id", how="left")
            .with_columns(pl.col("firsts").fill_null(0))
            .sort("co_actions", "firsts", "account_id", descending=[True, True, False])
            .head(MOST_ACCOUNTS)
        )
        targets = self.targets.sort("accounts", "mentions", "target_id", descending=[True, True, False]).head(
            MOST_TARGETS
        )
        here, there = members["account_id"].implode(), targets["target_id"].implode()
        pairs = (
            self.supported.filter(pl.col("account_a").is_in(here) & pl.col("account_b").is_in(here))
            .sort("q_value", "co_actions", "account_a", "account_b", descending=[False, True, False, False])
            .head(MOST_PAIRS)
        )
        links = (
            self.links.filter(pl.col("account_id").is_in(here) & pl.col("target_id").is_in(there))
            .sort("place", "mentions", "target_id", "account_id", descending=[False, True, False, False])
            .head(MOST_LINKS)
        )
        drawn = DrawnNetwork(
            accounts=members.height, all_accounts=self.members.height, targets=targets.height, all_targets=self.targets.height,
            pairs=pairs.height, all_pairs=self.supported.height, links=links.height, all_links=self.links.height,
        )  # fmt: skip
        return Network(members, targets, pairs, links), drawn


def option(network: Network, colours: Palette) -> dict[str, Any]:
    """The ECharts option of a bounded network. Nodes are named by short pseudonyms; a node's `id` is its whole one after `a-` or
    `t-`, for one person may be both."""
    nodes = [*_accounts(network.members, colours), *_targets(network.targets, colours)]
    for node, (x, y) in zip(nodes, _positions(network), strict=True):
        node |= {"x": round(1000 * x, 1), "y": round(1000 * y, 1)}
    called = (t("coordination.node_account"), t("coordination.node_target"))
    return {
        "animation": False,
        "tooltip": {"confine": True, "formatter": "{b}"},
        "legend": {
            "data": list(called),
            "top": 0,
            "left": 0,
            "textStyle": {"color": colours.quiet, "fontFamily": FONT},
        },
        "series": [
            {
                "type": "graph",
                "layout": "none",
                "roam": True,
                "selectedMode": "single",
                "scaleLimit": {"min": 0.5, "max": 8},
                "top": 44,
                "bottom": 16,
                "left": 20,
                "right": 100,
                "preserveAspect": "contain",
                "categories": [
                    {"name": called[0], "symbol": "circle", "itemStyle": {"color": colours.blue}},
                    {"name": called[1], "symbol": "diamond", "itemStyle": {"color": colours.orange}},
                ],
                "data": nodes,
                "links": [*_pairs(network.pairs, colours), *_links(network.links, colours)],
                "emphasis": {"focus": "adjacency", "lineStyle": {"width": 3}, "label": {"show": True}},
                "blur": {"itemStyle": {"opacity": 0.12}, "lineStyle": {"opacity": 0.04}},
                "select": {"itemStyle": {"borderColor": colours.text, "borderWidth": 3}, "label": {"show": True}},
                "label": {
                    "color": colours.text,
                    "fontSize": 11,
                    "fontFamily": FONT,
                    "position": "right",
                    "textBorderColor": _GROUND[colours is DARK],
                    "textBorderWidth": 3,
                },
                "labelLayout": {"hideOverlap": True},
                "lineStyle": {"curveness": 0.04},
            }
        ],
    }


def _positions(network: Network) -> layout.Floats:
    """Targets that share members, and accounts that share targets, stand near each other."""
    identities = [*network.members["account_id"].cast(pl.String), *network.targets["target_id"].cast(pl.String)]
    place = {identity: n for n, identity in enumerate(identities[: len(network.members)])}
    there = {identity: n for n, identity in enumerate(identities[len(network.members) :], len(network.members))}
    pairs = [
        (place[a], place[b]) for a, b in network.pairs.select("account_a", "account_b").cast(pl.String).iter_rows()
    ]
    links = [
        (place[a], there[b]) for a, b in network.links.select("account_id", "target_id").cast(pl.String).iter_rows()
    ]
    ends = np.array([*pairs, *links], dtype=np.int64).reshape(-1, 2)
    degree = np.bincount(ends.ravel(), minlength=len(identities)) if len(ends) else np.ones(len(identities))
    busy = np.sqrt(np.minimum(degree[ends[:, 0]], degree[ends[:, 1]])) if len(ends) else np.ones(0)
    weights = np.where(np.arange(len(ends)) < len(pairs), 0.35, 1.0) / np.maximum(busy, 1.0)
    return layout.placed(len(identities), ends, weights)


def _accounts(members: pl.DataFrame, colours: Palette) -> list[dict[str, Any]]:
    most = max(int(members["firsts"].max() or 0), 1) if members.height else 1  # type: ignore[arg-type]
    leaders = 2 if most > 1 else 1
    return [
        {
            "id": f"a-{row['account_id']}",
            "name": short(row["account_id"], "account"),
            "category": ACCOUNT,
            "value": row["co_actions"],
            "symbolSize": 9 + 15 * (row["firsts"] / most),
            "itemStyle": {
                "color": colours.blue if row["role"] != "peripheral" else colours.sky,
                "borderColor": colours.text,
                "borderWidth": 2 if row["firsts"] >= max(leaders, most / 2) else 0,
            },
            "label": {"show": row["firsts"] >= max(leaders, most / 2) or len(members) <= 20},
            "tooltip": {
                "formatter": t(
                    "coordination.account_tip",
                    name=short(row["account_id"], "account"),
                    firsts=row["firsts"],
                    co_actions=row["co_actions"],
                )
            },
        }
        for row in figures.rows("network_members", members)
    ]


def _targets(targets: pl.DataFrame, colours: Palette) -> list[dict[str, Any]]:
    most = max(int(targets["accounts"].max() or 1), 1) if targets.height else 1  # type: ignore[arg-type]
    return [
        {
            "id": f"t-{row['target_id']}",
            "name": short(row["target_id"], "target"),
            "category": TARGET,
            "value": row["accounts"],
            "symbolSize": 10 + 12 * (row["accounts"] / most) ** 0.5,
            "itemStyle": {"color": colours.orange},
            "label": {"show": len(targets) <= 12},
            "tooltip": {
                "formatter": t(
                    "coordination.target_tip",
                    name=short(row["target_id"], "target"),
                    accounts=row["accounts"],
                    mentions=row["mentions"],
                    burden=row["burden"],
                )
            },
        }
        for row in figures.rows("clusters_targets", targets)
    ]


def _pairs(pairs: pl.DataFrame, colours: Palette) -> list[dict[str, Any]]:
    most = max(int(pairs["co_actions"].max() or 1), 1) if pairs.height else 1  # type: ignore[arg-type]
    return [
        {
            "source": f"a-{row['account_a']}",
            "target": f"a-{row['account_b']}",
            "value": row["co_actions"],
            "lineStyle": {"color": colours.blue, "width": 0.6 + 2 * row["co_actions"] / most, "opacity": 0.28},
            "tooltip": {
                "formatter": t(
                    "coordination.pair_tip",
                    a=short(row["account_a"], "account"),
                    b=short(row["account_b"], "account"),
                    co_actions=row["co_actions"],
                    expected=row["expected"],
                )
            },
        }
        for row in figures.rows("clusters_edges", pairs)
    ]


def _links(links: pl.DataFrame, colours: Palette) -> list[dict[str, Any]]:
    return [
        {
            "source": f"a-{row['account_id']}",
            "target": f"t-{row['target_id']}",
            "value": row["mentions"],
            "symbol": ["none", "arrow" if row["place"] == 1 else "none"],
            "symbolSize": 6,
            "lineStyle": {
                "color": colours.vermilion if row["place"] == 1 else colours.grey,
                "width": 1.6 if row["place"] == 1 else 0.7,
                "opacity": 0.85 if row["place"] == 1 else 0.35,
            },
            "tooltip": {
                "formatter": t(
                    "coordination.link_tip",
                    account=short(row["account_id"], "account"),
                    target=short(row["target_id"], "target"),
                    mentions=row["mentions"],
                    place=row["place"],
                )
            },
        }
        for row in figures.rows("clusters_links", links)
    ]
