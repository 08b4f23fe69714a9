"""The sentence that says that counts of targets are incomplete."""

import streamlit as st

from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.texts import t
from veille.store.reader import QueryError


def notice(found: PublishedData, span: Span) -> None:
    """Say how many mentions of the period were left out of the counts of targets, if any."""
    try:
        mentions = found.ask("mentions_left_out", since=span.since, until=span.until).row()["mentions"]
    except QueryError:  # published by a Veille that did not count them
        return
    if mentions:
        st.warning(t("surges.mentions_left_out", n=mentions), icon=":material/data_alert:")
