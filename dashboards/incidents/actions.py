"""What a person does with an incident: take it, talk about it, hand it on, keep it silent, close it. All through the API, in her name."""

from datetime import UTC, datetime, timedelta
from typing import Any

import streamlit as st

from dashboards import access, commands, data
from dashboards.incidents import record as incident_record
from dashboards.shared import links, pending
from dashboards.texts import names, t
from veille.access import Role
from veille.times import naive

ROLES: tuple[Role, ...] = ("analyst", "oncall")
MAY_REFER: tuple[Role, ...] = ("analyst", "steward")
LONGEST = 2_000
_AFTER = "incident_after"
_TIMES = (
    "known_at", "happened_at", "onset_at", "opened_at", "last_at", "due_at", "paged_at", "acknowledged_at", "resolved_at",
)  # fmt: skip
TOLD_FOR = timedelta(seconds=10)
"""How long the page says what was done: longer than until its next renewal."""
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
    said, told_at = st.session_state.get(f"said_{identity}", (None, datetime.min))
    with st.container(horizontal=True, gap="small", key="incident_actions"):
        if handles:
            _handling(one)
        if refers:
            _popover("refer", "forward_to_inbox", _refer, one)
        incident_record.offer(one)
    if said and data.now() - told_at < TOLD_FOR:
        st.success(said, icon=":material/check:")


def _handling(one: dict[str, Any]) -> None:
    running = one["state"] != "resolved"
    identity = one["incident_id"]
    if one["state"] == "open" and pending.pressed(
        f"acknowledge_{identity}",
        t("incidents.acknowledge"),
        key="acknowledge",
        type="primary",
        icon=":material/front_hand:",
    ):
        _do(identity, "acknowledge", {}, t("incidents.acknowledged_said"))
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
    identity = one["incident_id"]
    field = f"comment_text_{identity}"
    with st.container(key=f"form_comment_{identity}"):
        st.text_area(t("incidents.comment_text"), max_chars=LONGEST, key=field)
        sent = pending.submitted(f"comment_{identity}", t("incidents.comment"), {"text": field}, emptied=True)
    if sent and _given(sent["text"]):
        _do(identity, "comment", {"text": sent["text"].strip()}, t("incidents.commented_said"))


def _assign(one: dict[str, Any]) -> None:
    identity = one["incident_id"]
    with st.container(key=f"form_assign_{identity}"):
        st.text_input(t("incidents.owner"), value=access.person().name, max_chars=80, key=f"owner_{one['incident_id']}")
        st.text_input(t("incidents.comment_optional"), max_chars=LONGEST, key=f"assign_comment_{identity}")
        sent = pending.submitted(
            f"assign_{identity}",
            t("incidents.assign"),
            {"owner": f"owner_{identity}", "comment": f"assign_comment_{identity}"},
        )
    if sent and _given(sent["owner"]):
        body = {"owner": sent["owner"].strip(), "comment": (sent["comment"] or "").strip()}
        _do(identity, "assign", body, t("incidents.assigned_said"))


def _resolve(one: dict[str, Any]) -> None:
    called, identity = names("dispositions"), one["incident_id"]
    with st.container(key=f"form_resolve_{identity}"):
        st.radio(
            t("incidents.disposition"),
            list(called),
            format_func=called.__getitem__,
            index=None,
            key=f"disposition_{identity}",
        )
        st.text_area(t("incidents.comment_required"), max_chars=LONGEST, key=f"resolve_comment_{identity}")
        st.caption(t("incidents.disposition_note"))
        sent = pending.submitted(
            f"resolve_{identity}",
            t("incidents.resolve"),
            {"disposition": f"disposition_{identity}", "comment": f"resolve_comment_{identity}"},
        )
    if sent and sent["disposition"] is None:
        st.warning(t("incidents.choose_disposition"), icon=":material/rule:")
    elif sent and _given(sent["comment"]):
        body = {"disposition": sent["disposition"], "comment": sent["comment"].strip()}
        _do(identity, "resolve", body, t("incidents.resolved_said"))


def _reopen(one: dict[str, Any]) -> None:
    identity = one["incident_id"]
    field = f"reopen_comment_{identity}"
    with st.container(key=f"form_reopen_{identity}"):
        st.text_area(t("incidents.comment_required"), max_chars=LONGEST, key=field)
        sent = pending.submitted(f"reopen_{identity}", t("incidents.reopen"), {"text": field}, emptied=True)
    if sent and _given(sent["text"]):
        _do(identity, "reopen", {"comment": sent["text"].strip()}, t("incidents.reopened_said"))


def _refer(one: dict[str, Any]) -> None:
    kinds = names("recipients")
    identity = one["incident_id"]
    with st.container(key=f"form_refer_{identity}"):
        st.selectbox(
            t("incidents.recipient_kind"), list(kinds), format_func=kinds.__getitem__, key=f"recipient_kind_{identity}"
        )
        st.text_input(t("incidents.recipient"), max_chars=200, key=f"recipient_{identity}")
        st.text_input(t("incidents.reference"), max_chars=200, key=f"reference_{identity}")
        st.text_input(t("incidents.comment_optional"), max_chars=LONGEST, key=f"refer_comment_{identity}")
        st.caption(t("incidents.refer_note"))
        fields = {name: f"{name}_{identity}" for name in ("recipient_kind", "recipient", "reference")}
        sent = pending.submitted(
            f"refer_{identity}", t("incidents.refer"), {**fields, "comment": f"refer_comment_{identity}"}
        )
    if sent and _given(sent["recipient"]):
        body = {name: text.strip() for name, text in sent.items() if (text or "").strip()}
        _do(identity, "refer", body, t("incidents.referred_said"))


def _silence(one: dict[str, Any]) -> None:
    scopes = {key: text for key, text in names("silence_scopes").items() if key in _scopes(one)}
    identity = one["incident_id"]
    with st.container(key=f"form_silence_{identity}"):
        st.radio(t("incidents.silence_scope"), list(scopes), format_func=scopes.__getitem__, key=f"scope_{identity}")
        st.select_slider(t("incidents.silence_hours"), _SILENCE_HOURS, value=4, key=f"hours_{identity}")
        st.text_area(t("incidents.silence_reason"), max_chars=LONGEST, key=f"silence_reason_{identity}")
        st.caption(t("incidents.silence_note"))
        fields = {"scope": f"scope_{identity}", "hours": f"hours_{identity}", "reason": f"silence_reason_{identity}"}
        sent = pending.submitted(f"silence_{identity}", t("incidents.silence"), fields)
    if sent and _given(sent["reason"]):
        expires = datetime.now(UTC) + timedelta(hours=sent["hours"])
        body = {
            "matchers": _scopes(one)[sent["scope"]],
            "expires_at": expires.isoformat(),
            "reason": sent["reason"].strip(),
        }
        if commands.post("/v1/silences", body) is not None:
            _done(identity, t("incidents.silenced_said", n=sent["hours"]))


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
    st.session_state[f"said_{identity}"] = (said, data.now())
    st.rerun(scope=links.scope())


def _time(text: Any) -> datetime | None:
    """The API's time as the catalogue keeps it."""
    if not isinstance(text, str):
        return None
    at = datetime.fromisoformat(text)
    return naive(at)
