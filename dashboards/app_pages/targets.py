"""Targets: people asked about, to protect them."""

import streamlit as st

from dashboards import access, controls, menu, states
from dashboards.targets import list as target_list
from dashboards.texts import names, t

access.require(*menu.roles_of("targets"))
head = st.container()
with controls.toolbar():
    name = controls.range_choice()
    request_class = controls.request_class()
    only = controls.select(t("targets.only"), "only", names("target_choices"), "all", width=200)
    follow = controls.live_toggle()
period = controls.period(name)
with head:
    states.heading(t("targets.title"), follow=follow)
states.body(
    lambda found: target_list.draw(period, request_class, None if only == "all" else only, found), follow=follow
)
