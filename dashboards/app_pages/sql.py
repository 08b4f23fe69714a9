"""SQL: free questions on what is published, each in a locked process with limits; nothing can be changed or fetched."""

import streamlit as st

from dashboards import access, menu, states
from dashboards.sql_editor import browser, editor, results
from dashboards.texts import t
from veille.errors import VeilleError

access.require(*menu.roles_of("sql"))
states.heading(t("sql.title"), follow=True)
try:
    chosen = editor.catalogue()
    st.caption(t("sql.about"))
    editor.say_lock()
    left, right = st.columns([5, 3], gap="large")
    with right:
        browser.show(chosen)
    with left:
        editor.editor(chosen)
        results.show()
except VeilleError as error:
    states.tell(error)
