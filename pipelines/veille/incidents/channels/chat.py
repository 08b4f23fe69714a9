"""Everything else through apprise: Slack, Teams, ntfy, Matrix, Signal …"""

from typing import Any

from veille import config
from veille.incidents.channels.base import EVERYTHING, DeliveryRefusedError, UndeliveredError
from veille.incidents.channels.message import Kind, Message, headline, lines

_TYPES = {"critical": "failure", "error": "failure", "warning": "warning", "info": "info"}


class AppriseChannel:
    tells: frozenset[Kind] = EVERYTHING
    resend_seconds: float | None = None
    remembers = False
    groups = False

    def __init__(self, settings: config.Apprise, timeout: float) -> None:
        self._urls = settings.urls.get_secret_value().split()
        self._timeout = timeout
        self._apprise: Any = None

    def send(self, message: Message) -> str | None:
        """apprise says only whether all of its receivers took it, so a failure may have reached some of them."""
        kind = "success" if message.kind in ("resolve", "acknowledge") else _TYPES[message.severity]
        body = "\n".join(lines(message))
        if not self._ready().notify(body=body, title=headline(message), notify_type=kind):
            raise UndeliveredError("at least one receiver rejected it", maybe_delivered=True)
        return None

    def close(self) -> None:
        self._apprise = None

    def _ready(self) -> Any:
        """apprise and its receivers, loaded at the first message: it knows a hundred services."""
        if self._apprise is None:
            import apprise  # noqa: PLC0415  slow to load, and most installations do without

            found = apprise.Apprise()
            for url in self._urls:
                parted = "&" if "?" in url else "?"
                timed = f"{url}{parted}cto={self._timeout}&rto={self._timeout}"
                if not found.add(timed):
                    raise DeliveryRefusedError("one of its urls is not a valid apprise URL")
            self._apprise = found
        return self._apprise
