"""The API of a data folder that no service holds: the same routes, called inside this process. Nothing listens."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock

import httpx
from anyio.from_thread import start_blocking_portal
from fastapi import APIRouter

from veille.access import TokenFile
from veille.api import Access, create_app, switches, tokens
from veille.api.operations import maintenance_router
from veille.client import ApiError, Client
from veille.config import Settings
from veille.errors import VeilleError
from veille.privacy import Key
from veille.service.assembly import open_folder, publish_now
from veille.service.maintenance import FolderMaintenance
from veille.service.routers import folder_topics, incident_commands
from veille.service.sending_mode import go_live
from veille.service.switches import FolderSwitches
from veille.store.audit import Audit
from veille.store.database import Database
from veille.store.errors import StoreInUseError
from veille.store.owner import BORROWER

HOST = "localhost"
_UNPUBLISHED = ("/v1/audit", "/v1/lookup")
"""What these write is in no catalogue."""


@contextmanager
def folder_client(settings: Settings, command: str, actor: str, *, publish: bool) -> Iterator[Client]:
    """Own the folder until the end of the block; the client acts for `actor` (`veille.access.actor_header`).

    publish: publish at the end what was changed. Raises StoreError (StoreInUseError where another process owns the
    folder), PseudonymKeyError or PublishError.
    """
    with open_folder(settings, command, create=False) as (database, key, _):
        yield _client(_routers(settings, database, key), actor)
        if publish:
            publish_now(settings, database)


def _routers(settings: Settings, database: Database, key: Key) -> list[APIRouter]:
    incident_service, live = incident_commands(settings, database), partial(go_live, settings, database)
    routers = folder_topics(settings, key, database, TokenFile(settings.tokens), incident_service, live)
    stopping = switches.router(FolderSwitches(settings, database), Audit(database))
    return [*routers, stopping, maintenance_router(FolderMaintenance(settings, key, database))]


def borrowing_client(settings: Settings, actor: str) -> Client:
    """A client for pages: it owns the folder for each request alone, and publishes what that changed.

    A service may start between two requests. While another process owns the folder a request raises ApiError without a status, as where
    nothing answers; ApiError with status 500 where the folder cannot be opened.
    """
    token = secrets.token_urlsafe(32)
    return Client.within(_Borrowing(settings, token), f"http://{HOST}", token, actor)


def token_client(settings: Settings, actor: str) -> Client:
    """A client for the tokens of a folder that has no database yet; nothing is audited."""
    return _client([tokens.router(TokenFile(settings.tokens), None)], actor)


def _client(routers: list[APIRouter], actor: str) -> Client:
    token = secrets.token_urlsafe(32)
    return Client.within(_transport(routers, token), f"http://{HOST}", token, actor)


def _transport(routers: list[APIRouter], token: str) -> "_InProcess":
    return _InProcess(httpx.ASGITransport(create_app(None, Access(token), (HOST,), routers)))


class _Borrowing(httpx.BaseTransport):
    """Opens the folder for one request. Requests of one process wait for each other."""

    _turn = Lock()

    def __init__(self, settings: Settings, token: str) -> None:
        self._settings, self._token = settings, token

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        try:
            with self._turn, open_folder(self._settings, BORROWER, create=False) as (database, key, _):
                answer = _transport(_routers(self._settings, database, key), self._token).handle_request(request)
                if answer.is_success and request.method != "GET" and request.url.path not in _UNPUBLISHED:
                    publish_now(self._settings, database)
                return answer
        except StoreInUseError as error:
            raise ApiError(str(error)) from None
        except VeilleError as error:
            raise ApiError(str(error), 500) from None


class _InProcess(httpx.BaseTransport):
    """Runs each request in an event loop of its own, in a thread: the caller may be inside one (a notebook is).

    What a route raises reaches the caller as it is.
    """

    def __init__(self, application: httpx.ASGITransport) -> None:
        self._application = application

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with start_blocking_portal() as portal:
            return portal.call(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self._application.handle_async_request(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())
