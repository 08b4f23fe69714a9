"""The runbook of a rule and whom to call, on the page of an incident, so that a phone can read them."""

import re

import streamlit as st

from dashboards import data, words
from dashboards.texts import language, t
from veille.config import Rota
from veille.runbooks import runbook

_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_TITLE = re.compile(r"\A# .*\n+Rule `[a-z-]+`\.\n+")


def draw(rule: str, rota: str) -> None:
    """Behind one click. Links to other documents are shown as plain words: they open nothing here."""
    with st.expander(t("incidents.runbook"), icon=":material/menu_book:", key="runbook"):
        named = data.settings().incidents.rotas.get(rota, Rota()).contacts  # type: ignore[call-overload]
        whom = ", ".join(words.escape_markdown(each) for each in named) or t("incidents.contacts_none")
        st.markdown(t("people.about", name=t("incidents.contacts"), value=whom))
        text = runbook(rule)
        if language() != "en" and text is not None:
            st.caption(t("incidents.runbook_language"))
        st.markdown(t("incidents.runbook_missing") if text is None else _LINK.sub(r"\1", _TITLE.sub("", text)))
