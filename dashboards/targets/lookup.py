"""Finding the page of a person whose handle is known, such as one who wrote for help. The service hashes it; nobody keeps it."""

from typing import Any

import streamlit as st

from dashboards import access, commands
from dashboards.data import PublishedData
from dashboards.shared import links, pending
from dashboards.texts import t
from veille.access import Role

ROLES: tuple[Role, ...] = ("analyst", "steward")


def form(found: PublishedData) -> None:
    """The form, for those who may; its answer is the short name with a link to the page."""
    if not access.person().may(*ROLES):
        st.caption(t("targets.may_not_look_up"))
        return
    st.caption(t("targets.lookup_note"))
    platforms = found.ask("targets_platforms").rows["platform"].to_list() or ["unknown"]
    turn = st.session_state.setdefault("lookup_turn", 0)
    with st.container(key=f"lookup_form_{turn}"):
        st.selectbox(t("controls.platform"), platforms, key="lookup_platform")
        st.text_input(t("targets.handle"), key=f"lookup_handle_{turn}", max_chars=256, autocomplete="off")
        st.text_input(t("targets.lookup_reason"), key=f"lookup_reason_{turn}", max_chars=1_000)
        fields = {"platform": "lookup_platform", "handle": f"lookup_handle_{turn}", "reason": f"lookup_reason_{turn}"}
        sent = pending.submitted("lookup", t("targets.look_up"), fields)
    if sent and _ask(**{name: text or "" for name, text in sent.items()}):
        st.session_state["lookup_turn"] = (
            turn + 1
        )  # fresh fields: the handle stays neither in the page nor in its session
        st.rerun(scope=links.scope())
    answer = st.session_state.get("looked_up")
    if answer:
        st.markdown(t("targets.looked_up", target=answer["target"]))
        links.link("target", answer["target_id"], t("people.open", name=answer["target"]))
        if answer["also"]:
            st.caption(t("targets.looked_up_also"))
        for other in answer["also"]:
            links.link("target", other["target_id"], t("people.open", name=other["target"]))


def _ask(platform: str, handle: str, reason: str) -> bool:
    """Whether the service gave a pseudonym, which is then kept for the page."""
    st.session_state.pop("looked_up", None)
    if not handle.strip() or not reason.strip():
        st.warning(t("targets.lookup_needs"), icon=":material/edit_note:")
        return False
    answer: Any = commands.post("/v1/lookup", {"platform": platform, "handle": handle, "reason": reason})
    if not isinstance(answer, dict) or not {"target", "target_id"} <= set(answer):
        return False
    st.session_state["looked_up"] = _named(answer) | {"also": [_named(each) for each in answer.get("also", ())]}
    return True


def _named(person: dict[str, Any]) -> dict[str, Any]:
    return {"target": str(person["target"]), "target_id": str(person["target_id"])}
