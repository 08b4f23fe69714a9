"""One decision about several incidents that were found in history."""

from datetime import datetime

import polars as pl
import streamlit as st

from dashboards import access, commands, data, figures
from dashboards.incidents.actions import LONGEST, ROLES, TOLD_FOR
from dashboards.shared import pending
from dashboards.texts import names, t

_SAID = "together_said"


def offer(shown: pl.DataFrame) -> None:
    """A panel that resolves those of the incidents that are chosen. shown: incident_id and rule of those on the page."""
    if not access.person().may(*ROLES):
        return
    with st.popover(
        t("incidents.together", n=figures.named(shown.height, "incidents_shown")),
        icon=":material/checklist:",
        key="together",
    ):
        _form(shown)


def say() -> None:
    """What was done, for some seconds: the page may be drawn again at once."""
    said, told_at = st.session_state.get(_SAID, (None, datetime.min))
    if said and data.now() - told_at < TOLD_FOR:
        st.success(said, icon=":material/check:")


def _form(shown: pl.DataFrame) -> None:
    called, rules = names("dispositions"), names("rules")
    present = shown["rule"].unique().sort().to_list()
    fields = {"rules": "together_rules", "disposition": "together_disposition", "comment": "together_comment"}
    st.multiselect(
        t("incidents.together_rules"),
        present,
        default=present,
        format_func=lambda each: rules[each],
        key=fields["rules"],
    )
    st.radio(
        t("incidents.disposition"), list(called), format_func=called.__getitem__, index=None, key=fields["disposition"]
    )
    st.text_area(t("incidents.comment_required"), max_chars=LONGEST, key=fields["comment"])
    sent = pending.submitted("together", t("incidents.together_send"), fields)
    if sent is None:
        return
    chosen = shown.filter(pl.col("rule").is_in(sent["rules"] or []))["incident_id"].to_list()
    if sent["disposition"] is None or not chosen:
        st.warning(t("incidents.choose_disposition"), icon=":material/rule:")
    elif not (sent["comment"] or "").strip():
        st.warning(t("incidents.text_needed"), icon=":material/edit_note:")
    else:
        _resolve(chosen, sent["disposition"], sent["comment"].strip())


def _resolve(chosen: list[str], disposition: str, comment: str) -> None:
    body = {"incident_ids": chosen, "disposition": disposition, "comment": comment}
    if commands.post("/v1/incidents/resolve", body) is not None:
        st.session_state[_SAID] = (
            t("incidents.together_said", n=figures.named(len(chosen), "incidents_shown")),
            data.now(),
        )
        st.rerun()
