"""Surges: which counts have left their past behind, and why."""

import streamlit as st

from dashboards import controls, data, states
from dashboards.shared import links
from dashboards.surges import detail as surge_detail
from dashboards.surges import list as surge_list
from dashboards.texts import t

head = st.container()
opened = links.chosen("surge") if data.sees_people() else None
if opened:
    links.confirm("surge", opened)
    follow = links.following()
else:
    period, follow = controls.feed_period()
with head:
    states.heading(t("surges.title"), follow=follow)
if data.sees_people():
    body = links.either("surge", opened, surge_detail.draw, lambda found: surge_list.draw(period, found))
else:
    body = lambda found: surge_list.draw(period, found)  # noqa: E731
states.body(body, follow=follow)
