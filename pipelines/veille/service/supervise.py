"""Keeps the service up when the open database has to be opened anew."""

import sys
import threading
from collections.abc import Callable

import structlog

from veille.config import Settings
from veille.service.assembly import open_folder
from veille.service.service import Service, SourceFactory
from veille.store.errors import StoreFullError, StoreInvalidError

log = structlog.get_logger(__name__)

RETRY_SECONDS = 2.0
SWITCH_SECONDS = 0.0005
"""Publishing takes the interpreter back some hundred times a cut: at Python's usual 5 ms a busy detector would cost it a second."""


def run_service(
    settings: Settings,
    open_source: SourceFactory,
    stop: threading.Event,
    *,
    announce: Callable[[str], None] = lambda address: None,
    command: str = "veille run",
) -> None:
    """Run the service of a data folder until `stop`; `announce` is told the address of its API.

    After a write that failed half-way everything is built anew from the database, as after a kill: positions, event
    ids and rows are one transaction, so nothing is lost or counted twice. Other errors are the caller's.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    while not stop.is_set():
        try:
            with open_folder(settings, command, create=True) as (database, key, owner):
                service = Service(settings, database, key, owner, open_source)
                announce(service.address)
                service.run(stop)
                return
        except (StoreInvalidError, StoreFullError) as error:
            if stop.is_set():
                raise
            log.error("the database is reopened", cause=str(error))
            stop.wait(RETRY_SECONDS)
