"""Entry point of `streamlit run`: who is there, in which language, and the menu; nothing else."""

from pathlib import Path

import streamlit as st

from dashboards import access, menu, preferences, states, texts, theme

st.set_page_config(page_title="Veille", page_icon=str(Path(__file__).with_name("icon.svg")), layout="wide")
st.html(theme.style(st.context.theme.type))
preferences.settle()
st.html(theme.spoken(texts.language()), unsafe_allow_javascript=True)
person = access.gate()
states.settle()
page = st.navigation(menu.pages(person), position="top")
preferences.arrive(page.url_path)
page.run()
