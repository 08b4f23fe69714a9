"""Entry point of `streamlit run`: the pages and their menu, nothing else."""

from pathlib import Path

import streamlit as st

from dashboards import theme

st.set_page_config(page_title="Veille", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
st.html(theme.STYLE)
st.navigation(
    [
        st.Page("app_pages/now.py", title="Now", icon=":material/monitoring:", default=True),
        st.Page("app_pages/feed.py", title="Feed", icon=":material/database:", url_path="feed"),
    ],
    position="top",
).run()
