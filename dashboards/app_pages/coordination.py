"""Coordination: who acts together against the same people, with the evidence and what speaks against it."""

import streamlit as st

from dashboards import access, controls, menu, states
from dashboards.clusters import detail as cluster_detail
from dashboards.clusters import list as cluster_list
from dashboards.shared import links
from dashboards.texts import names, t

access.require(*menu.roles_of("coordination"))
head = st.container()
opened = links.chosen("cluster")
if opened:
    links.confirm("cluster", opened)
    follow = links.following()
else:
    with controls.toolbar():
        name = controls.range_choice("7d")
        tier = controls.segments(t("coordination.tier"), "tier", names("tier_choices"), "all")
        verdict = controls.select(t("coordination.verdict"), "verdict", names("verdict_choices"), "all", width=190)
        follow = controls.live_toggle()
    period = controls.period(name)
with head:
    states.heading(t("coordination.title"), follow=follow)
states.body(
    links.either(
        "cluster",
        opened,
        cluster_detail.draw,
        lambda found: cluster_list.draw(
            period, None if tier == "all" else tier, None if verdict == "all" else verdict, found
        ),
    ),
    follow=follow,
)
