"""What a page says when it cannot show numbers, or can but should not be trusted blindly: always with what to do."""

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from dashboards import data, words
from dashboards.data import Catalogue
from veille.config import ConfigError
from veille.store.errors import StoreError
from veille.store.reader import CatalogueMissing, QueryError

REFRESH_SECONDS = 2.0


def heading(title: str, *, follow: bool) -> None:
    """The page's title with how fresh the data are, renewed by itself where `follow`."""

    def renewed() -> None:
        left, right = st.columns([1, 3], vertical_alignment="center")
        left.title(title, anchor=False)
        with right:
            try:
                _freshness(data.catalogue(), data.now())
            except (ConfigError, StoreError):  # the body says what is wrong
                st.empty()

    st.fragment(renewed, run_every=REFRESH_SECONDS if follow else None)()


def body(draw: Callable[[Catalogue], None], *, follow: bool) -> None:
    """The page below its controls, drawn from what is published now and renewed by itself where `follow`.

    Failures become states that say what to do, and pass by themselves; the controls above are not run again.
    """

    def renewed() -> None:
        with st.container():
            notice = st.container()
            _guarded(draw, notice)

    st.fragment(renewed, run_every=REFRESH_SECONDS if follow else None)()


def _guarded(draw: Callable[[Catalogue], None], notice: st.delta_generator.DeltaGenerator) -> None:
    try:
        found = data.catalogue()
        if found.empty:
            _empty()
            return
        draw(found)
    except ConfigError as error:
        notice.error(f"A setting is wrong: {error}", icon=":material/settings:")
    except CatalogueMissing:
        with notice:
            _missing()
    except QueryError as error:
        with notice:
            _foreign(str(error).splitlines()[0])
    except StoreError as error:
        with notice:
            _failing(str(error))


def _foreign(cause: str) -> None:
    st.error(
        "**These data were published by another version of Veille.** Upgrade it everywhere, then start `veille run` "
        f"(or `veille replay`) on `{data.data_dir()}` once: it publishes afresh.",
        icon=":material/sync_problem:",
    )
    st.code(cause, language=None)


def _missing() -> None:
    folder = data.data_dir()
    st.info(
        "**Nothing is published here yet.** This page fills by itself as soon as there is something.",
        icon=":material/hourglass_empty:",
    )
    st.markdown("Take history from files, follow the live stream, or try it on simulated events:")
    st.code(
        f"veille replay FILE… --data-dir {folder}\nveille run --data-dir {folder}\nveille demo",
        language="bash",
    )
    st.caption(f"Looked in `{folder}`. Another data folder: `veille dashboard --data-dir FOLDER`.")


def _empty() -> None:
    folder = data.data_dir()
    st.info(
        "**No event has arrived yet.** The database is there and empty; this page fills by itself.",
        icon=":material/inbox:",
    )
    st.markdown(
        "Send events to the topics, or read a file; `veille doctor` says whether the broker and the topics can be reached:"
    )
    st.code(
        f"veille produce FILE… --data-dir {folder}\nveille replay FILE… --data-dir {folder}\nveille doctor --data-dir {folder}",
        language="bash",
    )


def _failing(cause: str) -> None:
    st.warning(
        "**The data could not be read just now.** They may be being replaced; this page tries again by itself. "
        "If it stays: `veille doctor` looks at the data folder.",
        icon=":material/sync:",
    )
    st.code(cause, language=None)
    st.button("Try again now", icon=":material/refresh:", key="try_again")


def _freshness(found: Catalogue, now: datetime) -> None:
    """One line: simulated or not, data as of, and what is wrong with their freshness if anything is."""
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small"):
        if found.simulated:
            st.badge(
                "Simulated data",
                icon=":material/science:",
                color="violet",
                help="Some or all of these events were made by `veille simulate`: no real people.",
            )
        if found.as_of is None:
            return
        age = now - found.as_of
        live = now - found.published_at < data.WRITER_SILENT
        text = f"As of {found.as_of:%d %b, %H:%M:%S} UTC · {words.ago(age)} ago"
        if age < data.STALE and live:
            st.badge(text, icon=":material/schedule:", color="green")
        else:
            st.badge(text, icon=":material/schedule:", color="orange")


def stale(found: Catalogue, now: datetime) -> None:
    """A notice where the data are old or nobody writes; nothing where all is well."""
    if found.as_of is None:
        return
    age, silent = now - found.as_of, now - found.published_at
    if silent >= data.WRITER_SILENT:
        st.info(
            f"No service is writing here since {words.ago(silent)}: these are the data as they were then. "
            f"For the live stream: `veille run --data-dir {data.data_dir()}`",
            icon=":material/pause_circle:",
        )
    elif age >= data.STALE:
        st.warning(
            f"No event has arrived for {words.ago(age)}, though the service runs. See *Feed*; `veille doctor` looks at the broker "
            "and the topics.",
            icon=":material/signal_disconnected:",
        )
