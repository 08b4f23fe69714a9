"""What a page says when it cannot show numbers, or can but should not be trusted blindly: always with what to do."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st

from dashboards import access, commands, data, feed_state, figures, preferences, search, words, zones
from dashboards.data import PublishedData
from dashboards.explore.question import FILTERS
from dashboards.ranges import Span
from dashboards.shared.findings import of_findings
from dashboards.texts import names, t
from veille.access import ROLES
from veille.config import ConfigError
from veille.errors import VeilleError
from veille.store.errors import StoreError
from veille.store.reader import CatalogueMissing, QueryError

REFRESH_SECONDS = 2.0
_NARROWING = ("class", "only", "state", "severity", "rota", "tier", "verdict", *FILTERS)
"""Controls that leave something out, each with the value `all`."""


def settle() -> None:
    """Take defaults and wording of this run from what the data are. In `app.py`, before anything is drawn."""
    try:
        feed_state.settle(data.catalogue().feed_state)
    except (ConfigError, StoreError):  # the body says what is wrong
        feed_state.settle(feed_state.FeedState())


def heading(title: str, *, follow: bool) -> None:
    """The page's title with how fresh the data are, renewed by itself where `follow`, and the panel of preferences."""
    left, middle, find, right = st.columns([3, 7, 1, 1], vertical_alignment="center")
    left.title(title, anchor=False)

    def renewed() -> None:
        try:
            _freshness(data.catalogue(), data.now())
        except (ConfigError, StoreError):  # the body says what is wrong
            st.empty()

    with middle:
        st.fragment(renewed, run_every=REFRESH_SECONDS if follow else None)()
    if data.sees_people():
        with find, st.popover("", icon=":material/search:", help=t("search.panel"), width="stretch"):
            search.box()
    with right, st.popover("", icon=":material/tune:", help=t("preferences.panel"), width="stretch"):
        _panel()


def _panel() -> None:
    preferences.control()
    person, known = access.person(), names("roles")
    roles = ", ".join(known[role] for role in ROLES if role in person.roles)
    st.caption(t("preferences.person", name=words.escape_markdown(person.name), roles=roles))
    if data.settings().dashboards.login == "oidc":
        st.button(t("preferences.sign_out"), icon=":material/logout:", on_click=st.logout)


def notes(span: Span, found: PublishedData, counted: str | None = None) -> None:
    """What a person should know of the span: that it counts back from old data, that the step was made longer, and what stands beside the
    counts. counted: the request class that the page counts, None where it counts every one."""
    if span.anchored and found.newest_at is not None:
        st.caption(f":material/history: {t('states.anchored', at=found.newest_at, zone=zones.label(found.newest_at))}")
    if span.coarsened:
        st.caption(f":material/zoom_out: {t('states.coarsened', step=words.step(span.step_seconds))}")
    if not found.live and not found.generations:
        st.caption(f":material/info: {t('states.no_generations')}")
    if counted not in (None, "unknown") and found.feed_state.unstated:
        beside = found.ask("unstated", since=span.since, until=span.until).row()["requests"]
        st.caption(f":material/info: {t('states.unstated', n=beside, what=words.requests_of(counted))}")


def instead(found: PublishedData, span: Span, place: str) -> None:
    """Below a sentence that says that there is nothing: what there is instead, and the click that shows it. place: different for each on
    the page."""
    if found.first_at is None or found.newest_at is None:
        return
    held = {"n": figures.named(found.mentions, "mentions_held"), "since": found.first_at, "until": found.newest_at}
    whole = span.since <= found.first_at and span.until > found.newest_at
    st.caption(t("states.instead", zone=zones.label(found.newest_at), **held))
    chosen = any(str(st.session_state.get(key, "all")) != "all" for key in _NARROWING)
    if (not whole or chosen) and st.button(
        t("states.show_all"), key=f"show_all_{place}", icon=":material/zoom_out_map:", on_click=_show_all
    ):
        st.rerun()


def _show_all() -> None:
    for key in ("range", *_NARROWING):
        if key in st.session_state:
            st.session_state[key] = "all"


def body(draw: Callable[[PublishedData], None], *, follow: bool) -> None:
    """The page below its controls, drawn from what is published now and renewed by itself where `follow`.

    Failures become states that say what to do, and pass by themselves; the controls above are not run again.
    """

    def renewed() -> None:
        with st.container():
            told = commands.show_pending()
            notice = st.container()
            _guarded(draw, notice)
            if not told:
                commands.show_pending()  # what was refused just now stands here until the next renewal

    st.fragment(renewed, run_every=REFRESH_SECONDS if follow else None)()


def _guarded(draw: Callable[[PublishedData], None], notice: st.delta_generator.DeltaGenerator) -> None:
    try:
        found = data.catalogue()
        if found.empty:
            _empty()
            return
        if not found.shared:
            _stopped(found)
        draw(found)
    except VeilleError as error:
        with notice:
            tell(error)


def tell(error: VeilleError) -> None:
    """The one place where a page says why it cannot be drawn: what happened and what to do."""
    match error:
        case ConfigError():
            st.error(t("states.wrong_setting", error=words.escape_markdown(str(error))), icon=":material/settings:")
        case CatalogueMissing():
            _missing()
        case QueryError():
            _foreign(str(error).splitlines()[0])
        case _:
            _failing(str(error))


def _foreign(cause: str) -> None:
    st.error(t("states.foreign", folder=data.data_dir()), icon=":material/sync_problem:")
    st.code(cause, language=None)


def _missing() -> None:
    folder = data.data_dir()
    st.info(t("states.missing"), icon=":material/hourglass_empty:")
    st.markdown(t("states.missing_how"))
    st.code(
        f"veille replay FILE… --data-dir {folder}\nveille run --data-dir {folder}\nveille demo",
        language="bash",
    )
    st.caption(t("states.missing_where", folder=folder))


def _empty() -> None:
    folder = data.data_dir()
    st.info(t("states.empty"), icon=":material/inbox:")
    st.markdown(t("states.empty_how"))
    st.code(
        f"veille produce FILE… --data-dir {folder}\nveille replay FILE… --data-dir {folder}\nveille doctor --data-dir {folder}",
        language="bash",
    )


def _failing(cause: str) -> None:
    st.warning(t("states.failing"), icon=":material/sync:")
    st.code(cause, language=None)
    st.button(t("states.try_again"), icon=":material/refresh:", key="try_again")


def _freshness(found: PublishedData, now: datetime) -> None:
    """One line: simulated or not, data as of, and what is wrong with their freshness if anything is."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        if found.simulated:
            st.badge(
                t("states.simulated"),
                icon=":material/science:",
                color="violet",
                help=t("states.simulated_help"),
            )
        if found.as_of is None:
            return
        if not found.live and found.first_at is not None and found.newest_at is not None:
            span = t("states.history", since=words.day(found.first_at), until=words.day(found.newest_at))
            st.badge(
                span,
                icon=":material/history:",
                color="blue",
                help=t("states.history_help", at=words.moment(found.as_of)),
            )
            return
        age = now - found.as_of
        live = now - found.published_at < data.WRITER_SILENT
        text = t("states.as_of", at=words.moment(found.as_of), ago=words.ago(age))
        if found.shared or (age < data.STALE and live):
            st.badge(text, icon=":material/schedule:", color="green")
        else:
            st.badge(text, icon=":material/schedule:", color="orange")


def _stopped(found: PublishedData) -> None:
    """A notice for each thing that this data folder has stopped: sending outside, publishing for research."""
    for row in of_findings(found).ask("service_mode").rows.iter_rows(named=True):
        st.warning(_stop_told(row), icon=":material/notifications_off:")


def _stop_told(row: dict[str, Any]) -> str:
    at = words.moment(row["known_at"])
    if row["what"] == "research":
        return t("states.research_stopped", at=at)
    if row["reason"] == "command":
        return t("states.paging_stopped", at=at)
    if row["reason"] != "restored":
        return t("states.quiet_start", at=at, folder=row["neighbour"] or "–")
    if row["live_at"] is None:
        return t("states.quiet_restored", at=at)
    return t("states.quiet_restored_until", at=at, until=words.moment(row["live_at"]))


def _catching_up(found: PublishedData) -> None:
    """A notice while detection works through history that arrived as a stream, or through an outage."""
    for row in of_findings(found).ask("catching_up").rows.iter_rows(named=True):
        decided, events = words.moment(row["decided_until"]), words.moment(row["events_until"])
        st.info(t("states.catching_up", decided=decided, events=events), icon=":material/fast_forward:")


def stale(found: PublishedData, now: datetime) -> None:
    """A notice where the data are old or nobody writes; nothing where all is well, or where nothing is to arrive. What research may see is
    hours old by design."""
    if found.as_of is None:
        return
    if found.shared:
        st.caption(f":material/groups: {t('states.shared')}")
        return
    _catching_up(found)
    if not found.live:
        return
    age, silent = now - found.as_of, now - found.published_at
    if silent >= data.WRITER_SILENT:
        st.info(t("states.silent", ago=words.ago(silent), folder=data.data_dir()), icon=":material/pause_circle:")
    elif age >= data.STALE:
        st.warning(t("states.quiet", ago=words.ago(age)), icon=":material/signal_disconnected:")
