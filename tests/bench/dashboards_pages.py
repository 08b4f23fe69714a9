"""Server time of every page and of the usual interactions at 20 M published events, through `app.py`, without a browser.

The first page of a new process, which imports the libraries, is told apart. A page is opened by a session of its own with empty
caches (the first person of the minute), then again (everybody after). An interaction is what a person does on an open page.
AppTest runs the script as the server does, and adds some overhead of its own.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import menu
from tests.bench.dashboards_data import published
from tests.bench.report import line

APP = Path(__file__).resolve().parents[2] / "dashboards/app.py"
ROUNDS = 5
TARGET_SECONDS = 1.0

Interaction = tuple[str, str, dict[str, str], Callable[[AppTest], AppTest]]


def _choose(key: str, value: str) -> Callable[[AppTest], AppTest]:
    return lambda app: app.selectbox(key=key).set_value(value).run()


def _range(value: str) -> Callable[[AppTest], AppTest]:
    return lambda app: app.segmented_control(key="range").set_value(value).run()


def _view(value: str) -> Callable[[AppTest], AppTest]:
    return lambda app: app.segmented_control(key="view").set_value(value).run()


INTERACTIONS: tuple[Interaction, ...] = (
    ("Now: 7 days", "now", {}, _range("7d")),
    ("Now: 30 days", "now", {}, _range("30d")),
    ("Now: every class", "now", {"range": "7d"}, _choose("class", "all")),
    ("Now: by class", "now", {"range": "7d"}, lambda app: app.segmented_control(key="by").set_value("class").run()),
    ("Explore: by language, 30 days", "explore", {"range": "30d"}, _choose("split", "language")),
    ("Explore: one jurisdiction", "explore", {"range": "30d"}, _choose("jurisdiction", "FR")),
    ("Explore: same weekdays before", "explore", {"range": "7d", "split": "platform"}, _choose("compare", "weekdays")),
    ("Explore: heat map, 30 days", "explore", {"range": "30d"}, _view("heat")),
    ("Explore: targets, 7 days", "explore", {"range": "7d"}, _choose("measure", "targets")),
    ("Feed: 30 days", "feed", {}, _range("30d")),
)


def opened(page: str, query: dict[str, str]) -> tuple[AppTest, float]:
    """A new session on a page, and the seconds it took. Pages but the first are reached from it, whose time is not counted."""
    app = AppTest.from_file(str(APP), default_timeout=120)
    for key, value in query.items():
        app.query_params[key] = value
    if page != "now":
        app.run()
        st.cache_data.clear()
    started = time.perf_counter()
    (app if page == "now" else app.switch_page(f"app_pages/{page}.py")).run()
    return _sound(app, page), time.perf_counter() - started


def _sound(app: AppTest, what: str) -> AppTest:
    if app.exception:
        raise RuntimeError(f"{what}: {app.exception[0].message}")
    return app


def pages() -> list[float]:
    """Every page of the menu, cold and warm. Returns the cold times."""
    cold_times: list[float] = []
    for entry in menu.ENTRIES:
        if entry.hidden or not entry.path.is_file():
            continue
        cold, warm = [], []
        for _ in range(ROUNDS):
            st.cache_data.clear()
            app, seconds = opened(entry.key, {})
            cold.append(seconds)
            started = time.perf_counter()
            _sound(app.run(), entry.key)
            warm.append(time.perf_counter() - started)
        _report(f"page {entry.key}", cold, beside=f"renewed with warm caches p95 {np.quantile(warm, 0.95):.2f} s")
        cold_times += cold
    return cold_times


def interactions() -> list[float]:
    """The ten usual ones, each with cold caches."""
    times: list[float] = []
    for name, page, query, act in INTERACTIONS:
        taken = []
        for _ in range(ROUNDS):
            app, _ = opened(page, query)
            st.cache_data.clear()
            started = time.perf_counter()
            _sound(act(app), name)
            taken.append(time.perf_counter() - started)
        _report(name, taken)
        times += taken
    return times


def _report(what: str, times: list[float], beside: str = "") -> None:
    p50, p95 = (float(np.quantile(times, q)) for q in (0.5, 0.95))
    line(
        what,
        f"p50 {p50:.2f} s, p95 {p95:.2f} s",
        beside=beside,
        target=f"p95 < {TARGET_SECONDS:.0f} s",
        met=p95 < TARGET_SECONDS,
    )


def main() -> None:
    os.environ["VEILLE_DATA_DIR"] = str(published())
    line("first page of a new process, imports included", f"{opened('now', {})[1]:.2f} s")
    _report("all pages", pages())
    _report("all interactions", interactions())


if __name__ == "__main__":
    main()
