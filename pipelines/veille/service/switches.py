"""The stop switches of a data folder: paging and research publishing, each stopped and resumed by one command that is kept."""

from collections.abc import Callable
from datetime import datetime

from veille.config import Settings
from veille.service.sending_mode import SendingMode
from veille.store.database import Database
from veille.store.identity import take_identity
from veille.store.modes import Modes, ServiceMode, Switch
from veille.times import aware_now, naive


class StopSwitches:
    """Asked from any thread. Paging is the sending mode: stopped, what is written waits in the outbox."""

    def __init__(self, modes: Modes, sending_mode: SendingMode, *, clock: Callable[[], datetime] = aware_now) -> None:
        self._modes, self._sending_mode, self._clock = modes, sending_mode, clock
        self._research = modes.latest("research")

    @property
    def research_stopped(self) -> bool:
        """Whether the research catalogue stays as it is."""
        return self._research is not None and self._research.mode == "quiet"

    def turn(self, what: Switch, *, stopped: bool, actor: str, comment: str) -> ServiceMode:
        """Stop or resume; the mode in force then. Again: nothing changes. Raises StoreError."""
        if what == "paging":
            change = self._sending_mode.go_quiet if stopped else self._sending_mode.go_live
            return change(actor, comment)
        if self._research is None or self.research_stopped != stopped:
            mode = ServiceMode(
                known_at=naive(self._clock()),
                mode="quiet" if stopped else "live",
                reason="command",
                actor=actor,
                comment=comment or None,
                what="research",
            )
            self._modes.append(mode)
            self._research = mode
        return self._research


class FolderSwitches:
    """Those of a folder that no service holds: they are in force at its next start."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self._settings, self._database = settings, database

    def turn(self, what: Switch, *, stopped: bool, actor: str, comment: str) -> ServiceMode:
        """As StopSwitches."""
        folder = take_identity(self._settings.data_dir)
        modes = Modes(self._database, folder)
        switches = StopSwitches(modes, SendingMode(modes, folder, lambda: None))
        return switches.turn(what, stopped=stopped, actor=actor, comment=comment)
