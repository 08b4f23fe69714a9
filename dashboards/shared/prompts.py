"""The prompts about one person or of one account, behind a recorded click."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import figures, handles, reveal
from dashboards.data import PublishedData
from dashboards.ranges import Span
from dashboards.texts import t

_LATEST = 20


def latest(
    side: str, person_id: str, name: str, span: Span, found: PublishedData, use: Callable[[dict[str, Any]], str]
) -> None:
    """side: target or account. name: as screens show the person. use: words for how often a prompt was used; row: of `person_prompts`."""
    st.header(t("target.prompts"), anchor=False)
    st.caption(t("target.prompts_note"))
    who = {"target_id": None, "account_id": None, f"{side}_id": person_id}

    def read() -> str | None:
        rows = found.ask_large("person_prompts", **who, since=span.since, until=span.until, top=_LATEST).rows
        used = [use(row) for row in figures.rows("person_prompts", rows)]
        texts = "\n\n".join(f"{words}\n{text}" for words, text in zip(used, rows["prompt"], strict=True))
        return handles.named(texts or None, found)

    reveal.prompt(name, read, key=f"{side}_{person_id}")
