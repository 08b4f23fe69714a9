"""Incidents: what needs a person, what was done, and how well."""

import streamlit as st

from dashboards import access, controls, feed_state, menu, states
from dashboards.incidents import detail as incident_detail
from dashboards.incidents import list as incident_list
from dashboards.incidents import minors
from dashboards.incidents.list import Filters
from dashboards.shared import links
from dashboards.texts import names, t

access.require(*menu.roles_of("incidents"))
head = st.container()
opened = links.chosen("incident")
if opened:
    links.confirm("incident", opened)
    follow = links.following()
else:
    rotas = {key: text for key, text in names("rota_choices").items() if key != "minors" or minors.may()}
    with controls.toolbar():
        state = controls.segments(t("incidents.state"), "state", names("state_choices"), feed_state.present().state)
        severity = controls.select(t("incidents.severity"), "severity", names("severity_choices"), "all", width=150)
        rota = controls.select(t("incidents.rota"), "rota", rotas, "all", width=150)
        name = controls.range_choice("7d")
        follow = controls.live_toggle()
    period = controls.period(name)
    filters = Filters(*(None if chosen == "all" else chosen for chosen in (state, severity, rota)))
with head:
    states.heading(t("incidents.title"), follow=follow)
states.body(
    links.either("incident", opened, incident_detail.draw, lambda found: incident_list.draw(period, filters, found)),
    follow=follow,
)
