"""The API for commands: of the service that owns the data folder, or in this process where nobody owns it."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import quote

from veille.access import actor_header, personal
from veille.cli.common import CommandError
from veille.client import ApiError, Client
from veille.config import Settings
from veille.service.folder_api import folder_client, token_client
from veille.store.errors import StoreInUseError


def operator() -> str:
    """Who types: what the audit log and an incident's timeline name."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError):  # a container without an entry in passwd
        return "operator"
    return personal(name)


@contextmanager
def connected(settings: Settings, command: str, *, publish: bool = False) -> Iterator[Client]:
    """A client that acts for the operator as admin; its methods raise ApiError with one line.

    command: what owns the folder meanwhile, where it is free. publish: the command changes what is published.
    Raises StoreError, PseudonymKeyError, PublishError or ApiError.
    """
    actor = actor_header(operator(), ["admin"])
    with ExitStack() as held:
        try:
            client = held.enter_context(folder_client(settings, command, actor, publish=publish))
        except StoreInUseError:
            client = Client(settings.data_dir, actor)
        yield client


@contextmanager
def connected_for_tokens(settings: Settings, command: str) -> Iterator[Client]:
    """As `connected`; also before there is a database, when nothing is audited."""
    if settings.database.exists():
        with connected(settings, command) as client:
            yield client
    else:
        yield token_client(settings, actor_header(operator(), ["admin"]))


def on_record(settings: Settings, command: str, action: str, subject: str) -> None:
    """Note a look at people before it is taken. Raises as `connected`: then nothing may be shown.

    Without a database (a copy of what is published) there is no log: who may open files is outside of it.
    """
    if settings.database.exists():
        with connected(settings, command) as client:
            client.post("/v1/audit", {"action": action, "subject": subject})


def segment(text: str) -> str:
    """Any text as one segment of a path."""
    return quote(text, safe="")


def found(call: Callable[[], Any], missing: str) -> Any:
    """What the call answers; raises CommandError with the line `missing` where it answers 404."""
    try:
        return call()
    except ApiError as error:
        if error.status == 404:
            raise CommandError(missing) from None
        raise
