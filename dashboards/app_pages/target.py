"""One target, named by the URL: `?target=`."""

from uuid import UUID

import streamlit as st

from dashboards import access, controls, menu, states
from dashboards.shared import links
from dashboards.targets import detail as target_detail
from dashboards.texts import t

access.require(*menu.roles_of("target"))
head = st.container()
period, follow = controls.feed_period()
with head:
    states.heading(t("target.title"), follow=follow)
    menu.link("targets", t("target.back"), icon=":material/arrow_back:")
try:
    target_id = str(UUID(links.chosen("target") or ""))
except ValueError:
    st.info(t("target.none_chosen"), icon=":material/person_search:")
else:
    states.body(lambda found: target_detail.draw(target_id, period, found), follow=follow)
