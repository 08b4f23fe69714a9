"""Incidents for the commands: on the folder itself, or through the service that owns it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any, Protocol
from urllib.parse import quote

from veille.access import Principal, Role, actor_header
from veille.api.incident_commands import IncidentCommands
from veille.cli.records_desk import operator
from veille.client import Client
from veille.config import Settings
from veille.incidents.commands import Incidents
from veille.service.assembly import open_folder
from veille.service.delivery import try_channel
from veille.service.standing import go_live
from veille.store.audit import Audit
from veille.store.errors import StoreInUseError

Row = dict[str, Any]
ADMIN: frozenset[Role] = frozenset({"admin"})


class IncidentDesk(Protocol):
    """What the commands ask. Methods raise OperationError or ApiError with one line."""

    def ask(self, question: str, **parameters: Any) -> Any:
        """precision, handover, backtest, silences, incidents: by keyword as in veille.api.incident_commands."""

    def show(self, incident_id: str) -> Row: ...
    def record(self, incident_id: str) -> Row: ...
    def record_markdown(self, incident_id: str) -> str: ...
    def act(self, action: str, incident_id: str, **said: Any) -> Row:
        """acknowledge, assign, comment, resolve, reopen, refer."""

    def silence(self, matchers: Row, expires_at: datetime, reason: str) -> Row: ...
    def end_silence(self, silence_id: str) -> Row: ...
    def test_page(self, channel: str) -> Row: ...
    def go_live(self, comment: str) -> Row: ...


@contextmanager
def open_incidents(settings: Settings, command: str) -> Iterator[IncidentDesk]:
    """The folder where nobody holds it, else its service. Raises StoreError, PseudonymKeyError or ApiError."""
    caller = Principal(operator(), ADMIN)
    try:
        with open_folder(settings, command, create=False) as (database, _, _):
            desk, audit = Incidents(database, settings.incidents), Audit(database)
            tried, live = partial(try_channel, settings), partial(go_live, settings, database)
            yield _Local(IncidentCommands(database, settings.incidents, desk, audit, tried, live), caller)
    except StoreInUseError:
        yield _Remote(Client(settings.data_dir, actor_header(caller.name, caller.roles)))


class _Local:
    def __init__(self, commands: IncidentCommands, caller: Principal) -> None:
        self._commands = commands
        self._caller = caller

    def ask(self, question: str, **parameters: Any) -> Any:
        mine = (self._caller,) if question == "incidents" else ()
        return getattr(self._commands, question)(*mine, **parameters)

    def show(self, incident_id: str) -> Row:
        return self._commands.show(self._caller, incident_id)

    def record(self, incident_id: str) -> Row:
        return self._commands.record(self._caller, incident_id)

    def record_markdown(self, incident_id: str) -> str:
        return self._commands.record_markdown(self._caller, incident_id)

    def act(self, action: str, incident_id: str, **said: Any) -> Row:
        done: Row = getattr(self._commands, action)(self._caller, incident_id, **said)
        return done

    def silence(self, matchers: Row, expires_at: datetime, reason: str) -> Row:
        return self._commands.silence(self._caller, matchers, expires_at, reason)

    def end_silence(self, silence_id: str) -> Row:
        return self._commands.end_silence(self._caller, silence_id)

    def go_live(self, comment: str) -> Row:
        return self._commands.go_live(self._caller, comment)

    def test_page(self, channel: str) -> Row:
        return self._commands.test_page(self._caller, channel)


class _Remote:
    def __init__(self, client: Client) -> None:
        self._client = client

    def ask(self, question: str, **parameters: Any) -> Any:
        path = question if question in ("incidents", "silences") else f"reports/{question}"
        return self._client.get(f"/v1/{path}", **{name: _written(value) for name, value in parameters.items()})

    def show(self, incident_id: str) -> Row:
        return self._row(self._client.get(f"/v1/incidents/{_part(incident_id)}"))

    def record(self, incident_id: str) -> Row:
        return self._row(self._client.get(f"/v1/incidents/{_part(incident_id)}/record"))

    def record_markdown(self, incident_id: str) -> str:
        return self._client.text(f"/v1/incidents/{_part(incident_id)}/record.md")

    def act(self, action: str, incident_id: str, **said: Any) -> Row:
        body = {name: _written(value) for name, value in said.items()}
        return self._row(self._client.post(f"/v1/incidents/{_part(incident_id)}/{action}", body))

    def silence(self, matchers: Row, expires_at: datetime, reason: str) -> Row:
        body = {"matchers": matchers, "expires_at": _written(expires_at), "reason": reason}
        return self._row(self._client.post("/v1/silences", body))

    def end_silence(self, silence_id: str) -> Row:
        return self._row(self._client.delete(f"/v1/silences/{_part(silence_id)}"))

    def go_live(self, comment: str) -> Row:
        return self._row(self._client.post("/v1/go-live", {"comment": comment}))

    def test_page(self, channel: str) -> Row:
        return self._row(self._client.post(f"/v1/channels/{_part(channel)}/test", {}))

    @staticmethod
    def _row(answer: Any) -> Row:
        row: Row = answer
        return row


def _part(text: str) -> str:
    return quote(text, safe="")


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
