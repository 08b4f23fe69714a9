"""What a person does with an incident: take it, talk about it, hand it on, keep it silent, close it. All through the API, in her name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboards import access, commands
from dashboards.people import links
from dashboards.texts import names, t
from veille.access import Role

ROLES: tuple[Role, ...] = ("analyst", "oncall")
MAY_REFER: tuple[Role, ...] = ("analyst", "steward")
LONGEST = 2_000
_AFTER = "incident_after"
_TIMES = (
    "known_at", "happened_at", "onset_at", "opened_at", "last_at", "due_at", "paged_at", "acknowledged_at", "resolved_at",
)  # fmt: skip
_SILENCE_HOURS = (1, 4, 24, 72)


def newest(one: dict[str, Any]) -> dict[str, Any]:
    """The incident as the API last gave it, while the catalogue still shows an earlier version."""
    after = st.session_state.get(_AFTER, {}).get(one["incident_id"])
    if after is None or after["version"] <= one["version"]:
        return one
    return {**one, **{key: value for key, value in after.items() if key in one and key != "evidence"}}


def draw(one: dict[str, Any]) -> None:
    """The row of actions that make sense in its state, for those who may."""
    person = access.person()
    handles, refers = person.may(*ROLES), person.may(*MAY_REFER)
    if not handles and not refers:
        st.caption(t("incidents.may_not"))
        return
    identity = one["incident_id"]
    said = st.session_state.pop(f"said_{identity}", None)
    with st.container(horizontal=True, gap="small", key="incident_actions"):
        if handles:
            _handling(one)
        if refers:
            _popover("refer", "forward_to_inbox", _refer, one)
    if said:
        st.success(said, icon=":material/check:")


def _handling(one: dict[str, Any]) -> None:
    running = one["state"] != "resolved"
    if one["state"] == "open" and st.button(
        t("incidents.acknowledge"), key="acknowledge", type="primary", icon=":material/front_hand:"
    ):
        _do(one["incident_id"], "acknowledge", {}, t("incidents.acknowledged_said"))
    _popover("comment", "chat", _comment, one)
    if running:
        _popover("assign", "person_add", _assign, one)
        _popover("silence", "notifications_off", _silence, one)
    _popover("resolve", "task_alt", _resolve, one)
    if not running:
        _popover("reopen", "replay", _reopen, one)


def _popover(action: str, icon: str, form: Any, one: dict[str, Any]) -> None:
    with st.popover(t(f"incidents.{action}"), icon=f":material/{icon}:", key=f"{action}_{one['incident_id']}"):
        form(one)


def _comment(one: dict[str, Any]) -> None:
    with st.form(f"form_comment_{one['incident_id']}", clear_on_submit=True, border=False):
        text = st.text_area(t("incidents.comment_text"), max_chars=LONGEST, key=f"comment_text_{one['incident_id']}")
        if st.form_submit_button(t("incidents.comment"), type="primary") and _given(text):
            _do(one["incident_id"], "comment", {"comment": text.strip()}, t("incidents.commented_said"))


def _assign(one: dict[str, Any]) -> None:
    with st.form(f"form_assign_{one['incident_id']}", border=False):
        owner = st.text_input(
            t("incidents.owner"), value=access.person().name, max_chars=80, key=f"owner_{one['incident_id']}"
        )
        comment = st.text_input(
            t("incidents.comment_optional"), max_chars=LONGEST, key=f"assign_comment_{one['incident_id']}"
        )
        if st.form_submit_button(t("incidents.assign"), type="primary") and _given(owner):
            _do(
                one["incident_id"],
                "assign",
                {"owner": owner.strip(), "comment": comment.strip()},
                t("incidents.assigned_said"),
            )


def _resolve(one: dict[str, Any]) -> None:
    called = names("dispositions")
    with st.form(f"form_resolve_{one['incident_id']}", border=False):
        disposition = st.radio(t("incidents.disposition"), list(called), format_func=called.__getitem__, index=None,
                               key=f"disposition_{one['incident_id']}")  # fmt: skip
        comment = st.text_area(
            t("incidents.comment_required"), max_chars=LONGEST, key=f"resolve_comment_{one['incident_id']}"
        )
        st.caption(t("incidents.disposition_note"))
        if st.form_submit_button(t("incidents.resolve"), type="primary"):
            if disposition is None:
                st.warning(t("incidents.choose_disposition"), icon=":material/rule:")
            elif _given(comment):
                body = {"disposition": disposition, "comment": comment.strip()}
                _do(one["incident_id"], "resolve", body, t("incidents.resolved_said"))


def _reopen(one: dict[str, Any]) -> None:
    with st.form(f"form_reopen_{one['incident_id']}", clear_on_submit=True, border=False):
        comment = st.text_area(
            t("incidents.comment_required"), max_chars=LONGEST, key=f"reopen_comment_{one['incident_id']}"
        )
        if st.form_submit_button(t("incidents.reopen"), type="primary") and _given(comment):
            _do(one["incident_id"], "reopen", {"comment": comment.strip()}, t("incidents.reopened_said"))


def _refer(one: dict[str, Any]) -> None:
    kinds = names("recipients")
    identity = one["incident_id"]
    with st.form(f"form_refer_{identity}", border=False):
        kind = st.selectbox(
            t("incidents.recipient_kind"), list(kinds), format_func=kinds.__getitem__, key=f"recipient_kind_{identity}"
        )
        recipient = st.text_input(t("incidents.recipient"), max_chars=200, key=f"recipient_{identity}")
        reference = st.text_input(t("incidents.reference"), max_chars=200, key=f"reference_{identity}")
        comment = st.text_input(t("incidents.comment_optional"), max_chars=LONGEST, key=f"refer_comment_{identity}")
        st.caption(t("incidents.refer_note"))
        if st.form_submit_button(t("incidents.refer"), type="primary") and _given(recipient):
            body = {"recipient_kind": kind, "recipient": recipient.strip(), "comment": comment.strip()}
            _do(
                identity,
                "refer",
                body | ({"reference": reference.strip()} if reference.strip() else {}),
                t("incidents.referred_said"),
            )


def _silence(one: dict[str, Any]) -> None:
    scopes = {key: text for key, text in names("silence_scopes").items() if key in _scopes(one)}
    identity = one["incident_id"]
    with st.form(f"form_silence_{identity}", border=False):
        scope = st.radio(
            t("incidents.silence_scope"), list(scopes), format_func=scopes.__getitem__, key=f"scope_{identity}"
        )
        hours = st.select_slider(t("incidents.silence_hours"), _SILENCE_HOURS, value=4, key=f"hours_{identity}")
        reason = st.text_area(t("incidents.silence_reason"), max_chars=LONGEST, key=f"silence_reason_{identity}")
        st.caption(t("incidents.silence_note"))
        if st.form_submit_button(t("incidents.silence"), type="primary") and _given(reason):
            expires = datetime.now(UTC) + timedelta(hours=hours)
            body = {"matchers": _scopes(one)[scope], "expires_at": expires.isoformat(), "reason": reason.strip()}
            if commands.post("/v1/silences", body) is not None:
                _done(identity, t("incidents.silenced_said", n=hours))


def _scopes(one: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What may be silenced from here, narrow before wide."""
    found = {"incident": {"incident_id": one["incident_id"]}}
    if one["subject_kind"] in ("target", "cluster", "series"):
        found["subject"] = {one["subject_kind"]: one["subject"]}
    return found | {"rule": {"rule": one["rule"]}}


def _given(text: str | None) -> bool:
    if (text or "").strip():
        return True
    st.warning(t("incidents.text_needed"), icon=":material/edit_note:")
    return False


def _do(identity: str, action: str, body: dict[str, Any], said: str) -> None:
    answer = commands.post(f"/v1/incidents/{identity}/{action}", body)
    if answer is None:
        return
    if isinstance(answer, dict) and answer.get("incident_id") == identity and "version" in answer:
        st.session_state.setdefault(_AFTER, {})[identity] = {
            **answer,
            **{key: _time(answer.get(key)) for key in _TIMES},
        }
    _done(identity, said)


def _done(identity: str, said: str) -> None:
    st.session_state[f"said_{identity}"] = said
    st.rerun(scope=links.scope())


def _time(text: Any) -> datetime | None:
    """The API's time as the catalogue keeps it."""
    if not isinstance(text, str):
        return None
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
