"""What a person says of a cluster: confirmed, rejected, or open again; always with a reason, through the API."""

import streamlit as st

from dashboards import access, commands, words
from dashboards.data import PublishedData
from dashboards.shared import pending
from dashboards.texts import names, t
from veille.access import Role

ROLES: tuple[Role, ...] = ("analyst", "steward")
LONGEST = 1_000


def form(cluster_id: str, verdict: str, known: PublishedData) -> None:
    """The form, for those who may decide, and what was decided so far."""
    st.header(t("coordination.judge"), anchor=False)
    _so_far(cluster_id, known)
    if not access.person().may(*ROLES):
        st.caption(t("coordination.may_not"))
        return
    st.caption(t("coordination.judge_note"))
    reason = st.text_area(t("coordination.reason"), key=f"verdict_reason_{cluster_id}", max_chars=LONGEST, height=80)
    choices = [choice for choice in ("confirmed", "rejected", "open") if choice != verdict]
    with st.container(horizontal=True, gap="small"):
        for choice in choices:
            label, icon = t(f"coordination.{choice}_button"), f":material/{_ICONS[choice]}:"
            if pending.pressed(f"verdict_{cluster_id}_{choice}", label, key=f"verdict_{choice}", icon=icon):
                _say(cluster_id, choice, reason)


_ICONS = {"confirmed": "verified", "rejected": "thumb_down", "open": "undo"}


def _say(cluster_id: str, verdict: str, reason: str | None) -> None:
    if not (reason or "").strip():
        st.warning(t("coordination.reason_needed"), icon=":material/edit_note:")
        return
    if (
        commands.post(f"/v1/clusters/{cluster_id}/verdict", {"verdict": verdict, "reason": (reason or "").strip()})
        is not None
    ):
        st.toast(t("coordination.judged", verdict=names("verdicts")[verdict]), icon=":material/check:")


def _so_far(cluster_id: str, known: PublishedData) -> None:
    rows = known.ask("clusters_verdicts", cluster_id=cluster_id).rows
    called = names("verdicts")
    for row in rows.iter_rows(named=True):
        said = words.escape_markdown(row["reason"])
        st.markdown(
            f"- {words.minute(row['known_at'])} · **{called.get(row['verdict'], '')}** · {words.escape_markdown(row['actor'])}: {said}"
        )
    if rows.is_empty():
        st.caption(t("coordination.no_verdict"))
