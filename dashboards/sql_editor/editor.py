"""The editor: text, parameters, run and cancel. The query under way and its result belong to the session."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import streamlit as st

from dashboards import access, controls, data, preferences, words
from dashboards.data import settings
from dashboards.texts import names, t
from veille.research.errors import ResearchError
from veille.research.examples import Example, bind, example, parse
from veille.research.examples.binding import guess
from veille.research.gateway import Gateway, GatewayError, QueryRequest, QueryResult, Running, allowed_catalogues
from veille.research.gateway.lock import lock_of

TEXT, RUNNING, RESULT, FAILURE = "sql_text", "sql_running", "sql_result", "sql_failure"
PRESENT, ASKED = "sql_present", "sql_asked"
"""What stands in the editor, and what was sent last: each an Asked."""
LONGEST = 50_000
POLL_SECONDS = 0.5
FIRST = (
    "SELECT request_class, outcome, sum(requests) AS requests\nFROM requests_day\nGROUP BY ALL\nORDER BY requests DESC"
)
FIRST_RESEARCH = "SELECT outcome, count(*) AS mentions\nFROM exchanges\nGROUP BY ALL\nORDER BY mentions DESC"
_PARAMETER = re.compile(r"\$([A-Za-z_]\w*)")
_NO_SQL = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as a person wrote it: its text, the catalogue and the values of its parameters."""

    sql: str
    catalogue: str
    given: tuple[tuple[str, str], ...]


@st.cache_resource(show_spinner=False)
def gateway() -> Gateway:
    """One for all sessions of this process."""
    return Gateway(settings())


def catalogue() -> str:
    """Which catalogue is asked; a choice where the person has one."""
    allowed = allowed_catalogues(access.person().roles)
    labels = {name: names("catalogues")[name] for name in allowed}
    return controls.select(t("sql.catalogue"), "catalogue", labels, allowed[0], width=260)


def say_lock() -> None:
    """What locks queries in on this system."""
    lock = lock_of(settings().research.kernel_lock)
    if lock == "kernel":
        st.caption(t("sql.lock_kernel"))
    else:
        st.warning(t("sql.lock_engine") if lock == "engine" else t("sql.lock_none"), icon=":material/lock_open:")


def editor(chosen: str) -> None:
    """Text, parameters and buttons; what is under way shows below with how long it has taken."""
    _first_text(chosen)
    text = st.text_area(
        t("sql.editor"), key=TEXT, height=260, max_chars=LONGEST, help=t("sql.editor_help"), placeholder="SELECT …"
    )
    present = Asked(text or "", chosen, tuple(_parameters(text or "").items()))
    st.session_state[PRESENT] = present
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(t("sql.run"), type="primary", icon=":material/play_arrow:", key="sql_run", shortcut="Ctrl+Enter"):
            _start(present)
    if st.session_state.get(RUNNING) is not None:
        st.fragment(_wait, run_every=POLL_SECONDS)()


def outdated() -> Asked | None:
    """What the result or refusal below answers, where that is not what stands in the editor now."""
    asked: Asked | None = st.session_state.get(ASKED)
    return None if asked is None or asked == st.session_state.get(PRESENT) else asked


def load(sql: str, name: str | None = None) -> None:
    """Put a text into the editor; a callback of examples and of history."""
    st.session_state[TEXT] = sql
    preferences.keep("example", name)


def parameters_of(sql: str) -> tuple[str, ...]:
    """Names that stand as `$name` outside of strings and comments, in order."""
    return tuple(dict.fromkeys(_PARAMETER.findall(_NO_SQL.sub(" ", sql))))


def _first_text(chosen: str) -> None:
    if preferences.arrived() or TEXT not in st.session_state:
        name = st.query_params.get("example")
        kept = st.session_state.get("sql_kept")
        st.session_state[TEXT] = _example_text(name) or kept or (FIRST if chosen == "analyst" else FIRST_RESEARCH)
    st.session_state["sql_kept"] = st.session_state[TEXT]


def _example_text(name: str | None) -> str | None:
    try:
        return example(name).sql if name else None
    except ResearchError:
        return None


def _parameters(sql: str) -> dict[str, str]:
    wanted = parameters_of(sql)
    if not wanted:
        return {}
    known = {each.name: each for each in _header(sql).parameters}
    end = data.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    times = {"since": f"{end - timedelta(days=7):%Y-%m-%dT%H:%M}", "until": f"{end:%Y-%m-%dT%H:%M}"}
    given = {}
    with st.container(horizontal=True, gap="small"):
        for name in wanted:
            default = times.get(name) or (known[name].default if name in known else None) or ""
            note = f"{known[name].type} {known[name].meaning}".strip() if name in known else None
            given[name] = st.text_input(f"${name}", value=default, key=f"parameter_{name}", width=190, help=note) or ""
    return given


def _header(sql: str) -> Example:
    try:
        return parse("typed", sql)
    except ResearchError:
        return Example(name="typed", sql=sql)


def _bound(sql: str, given: dict[str, str]) -> dict[str, Any]:
    declared = _header(sql).parameters
    if {each.name for each in declared} == set(given):
        return dict(bind(declared, given))
    return {name: None if text in ("", "null") else guess(text) for name, text in given.items()}


def _start(asked: Asked) -> None:
    """Send it. One query runs for a session: what runs still is ended for it."""
    running: Running | None = st.session_state.get(RUNNING)
    if running is not None:
        running.cancel()
        running.settle()
    st.session_state[RUNNING] = st.session_state[RESULT] = st.session_state[FAILURE] = None
    st.session_state[ASKED] = asked
    person = access.person()
    try:
        values = _bound(asked.sql, dict(asked.given))
        roles = tuple(sorted(person.roles))
        request = QueryRequest(
            sql=asked.sql, actor=person.name, roles=roles, catalogue=asked.catalogue, parameters=values, way="page"
        )
        st.session_state[RUNNING] = gateway().start(request)
    except (GatewayError, ResearchError) as error:
        st.session_state[FAILURE] = error.reason or str(error)


def _wait() -> None:
    """While a query runs: how long, and the way to end it."""
    running: Running | None = st.session_state.get(RUNNING)
    if running is None:
        return
    if running.done():
        _collect(running)
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/hourglass_top: {t('sql.running', seconds=words.decimal(running.elapsed()))}")
        st.button(t("sql.cancel"), icon=":material/stop:", key="sql_cancel", on_click=running.cancel)


def _collect(running: Running) -> None:
    st.session_state[RUNNING] = None
    try:
        found: QueryResult = running.result(timeout=5)
        st.session_state[RESULT] = found
    except (GatewayError, TimeoutError) as error:
        why = error.reason if isinstance(error, GatewayError) else None
        st.session_state[FAILURE] = why or str(error) or t("sql.lost")
