"""What is going on, in one line above everything else: each part leads to the list behind its number."""

from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from dashboards import figures, menu, words
from dashboards.data import PublishedData
from dashboards.shared import naming
from dashboards.shared.findings import of_findings
from dashboards.texts import t

FRESH = timedelta(minutes=10)
"""While the newest event is no older, the hour before it is the last hour; later it is named by its end."""


def show(found: PublishedData, request_class: str | None, now: datetime) -> None:
    """One line of links; parts of pages that the person may not open are left out. now: UTC."""
    newest = found.newest_at
    if newest is None or found.first_at is None:
        return
    minute = newest.replace(second=0, microsecond=0) + timedelta(minutes=1)
    counted = {"request_class": request_class}
    state = of_findings(found).ask("situation", at=newest, **counted).row()
    rate = found.ask_large("situation_rate", at=minute, first_at=found.first_at, **counted).row()
    address = {"class": request_class or "all"}
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="situation"):
        if found.live:
            _attacked(state, request_class, address)
            _last_hour(rate, "" if now - newest < FRESH else "_until", newest, address)
            _untaken(state)
        else:
            _history(rate, state, address)


def _attacked(state: dict[str, Any], request_class: str | None, address: dict[str, str]) -> None:
    key = "attacked" if state["attacked"] else "nobody_attacked"
    said = t(f"situation.{key}", n=state["attacked"], what=words.of_class(request_class))
    icon = ":material/emergency_home:" if state["attacked"] else ":material/check_circle:"
    menu.link("targets", said, icon=icon, only="attacked", range="24h", **address)


def _last_hour(rate: dict[str, Any], variant: str, at: datetime, address: dict[str, str]) -> None:
    """Against the same hour of the days before, and against the highest clock hour."""
    said = t(f"situation.last_hour{variant}", n=rate["last_hour"], at=at)
    if rate["usual"] is not None and rate["last_hour"]:
        said += f" ({against_usual(rate)})"
    menu.link("explore", said, icon=":material/schedule:", measure="requests", range="24h", **address)
    if rate["highest"]:
        menu.link(
            "explore",
            of_highest(rate),
            icon=":material/vertical_align_top:",
            measure="requests",
            range="all",
            **address,
        )


def against_usual(rate: dict[str, Any]) -> str:
    """The last hour against the same hour of other days. rate: the row of `situation_rate`, with both counts."""
    if not rate["usual"]:
        return t("situation.usually_none")
    return t("situation.usual", times=naming.times(rate["last_hour"], rate["usual"]))


def of_highest(rate: dict[str, Any]) -> str:
    """The last hour against the highest clock hour. rate: the row of `situation_rate`, with both counts."""
    if rate["last_hour"] > rate["highest"]:
        return t("situation.above_all")
    share = figures.derived(rate["last_hour"] / rate["highest"], "share_of_highest", rate["last_hour"])
    return t("situation.of_highest", share=words.percent(share, 0), at=rate["highest_at"])


def _untaken(state: dict[str, Any]) -> None:
    key, icon = ("untaken", "notifications_active") if state["untaken"] else ("none_untaken", "notifications")
    said = t(f"situation.{key}", n=state["untaken"])
    menu.link("incidents", said, icon=f":material/{icon}:", state="open", severity="critical")


def _history(rate: dict[str, Any], state: dict[str, Any], address: dict[str, str]) -> None:
    if rate["highest"]:
        said = t("situation.highest", n=rate["highest"], at=rate["highest_at"])
        menu.link("explore", said, icon=":material/vertical_align_top:", measure="requests", range="all", **address)
    said = t("situation.clusters", n=state["clusters"])
    menu.link("coordination", said, icon=":material/hub:", range="all", tier="validated")
    said = t("situation.unreviewed", n=state["unreviewed"])
    menu.link("incidents", said, icon=":material/notifications:", range="all", state="all")
