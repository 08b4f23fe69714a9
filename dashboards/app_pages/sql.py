"""SQL: free questions on what is published, each in a locked process with limits; nothing can be changed or fetched."""

import streamlit as st

from dashboards import access, menu, states, words
from dashboards.desk import asking, browser, results
from dashboards.texts import t
from veille.config import ConfigError

access.require(*menu.roles_of("sql"))
states.heading(t("sql.title"), follow=True)
try:
    chosen = asking.catalogue()
    st.caption(t("sql.about"))
    asking.say_lock()
    left, right = st.columns([5, 3], gap="large")
    with right:
        browser.show(chosen)
    with left:
        asking.editor(chosen)
        results.show()
except ConfigError as error:
    st.error(t("states.wrong_setting", error=words.plain(str(error))), icon=":material/settings:")
