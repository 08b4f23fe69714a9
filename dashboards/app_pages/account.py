"""One account, named by the URL: `?account=`."""

from uuid import UUID

import streamlit as st

from dashboards import access, controls, menu, states
from dashboards.accounts import detail as account_detail
from dashboards.shared import links
from dashboards.texts import t

access.require(*menu.roles_of("account"))
head = st.container()
period, follow = controls.feed_period()
with head:
    states.heading(t("account.title"), follow=follow)
try:
    account_id = str(UUID(links.chosen("account") or ""))
except ValueError:
    st.info(t("account.none_chosen"), icon=":material/person_search:")
else:
    states.body(lambda found: account_detail.draw(account_id, period, found), follow=follow)
