"""What the data of this folder are: a live feed or history, and which request classes they declare.

Every page takes its defaults from here: the period it opens on, whether it follows, what it counts, and which wording it uses.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

SESSION_KEY = "feed_state"
Counted = Literal["sexualising", "unknown", "all"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """live: whether events arrive as they happen; without that the folder is history. taken_in_since: first minute of ingest (UTC).
    sexualising, stated, unstated: requests declared sexualising, of any declared class, and of none."""

    live: bool = True
    taken_in_since: datetime | None = None
    sexualising: int = 0
    stated: int = 0
    unstated: int = 0

    @property
    def counted(self) -> Counted:
        """The class that pages count unless somebody chooses: `unknown` where none is declared, `all` where none is sexualising."""
        if self.sexualising or not self.stated + self.unstated:
            return "sexualising"
        return "all" if self.stated else "unknown"

    @property
    def variants(self) -> tuple[str, ...]:
        """Sections of the texts that replace others here."""
        history = () if self.live else ("in_history",)
        return (*history, "without_classes") if self.counted == "unknown" else history

    def period(self, live: str) -> str:
        """The range on which a page opens: its own of a live feed, the whole span of history."""
        return live if self.live else "all"

    @property
    def state(self) -> str:
        """Which incidents the queue shows first: what is to be done, of history all, because most have ended by themselves."""
        return "unresolved" if self.live else "all"

    @property
    def following(self) -> Literal["on", "off"]:
        """Whether pages renew themselves unless somebody chooses."""
        return "on" if self.live else "off"


def present() -> FeedState:
    """That of the data on which this run of the page began; of a live feed outside of a page."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return FeedState()
    found = st.session_state.get(SESSION_KEY)
    return found if found is not None else FeedState()


def settle(found: FeedState) -> None:
    """Note it for this run of the page, before anything is drawn."""
    st.session_state[SESSION_KEY] = found
