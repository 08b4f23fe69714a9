"""The API of a data folder that no service holds: the same routes, called inside this process. Nothing listens."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import httpx
from anyio.from_thread import start_blocking_portal
from fastapi import APIRouter

from veille.access import TokenFile
from veille.api import Access, create_app, tokens
from veille.api.operations import maintenance_router
from veille.client import Client
from veille.config import Settings
from veille.service.assembly import open_folder, publish_now
from veille.service.maintenance import FolderMaintenance
from veille.service.routers import folder_topics, incident_commands
from veille.service.sending_mode import go_live

HOST = "localhost"


@contextmanager
def folder_client(settings: Settings, command: str, actor: str, *, publish: bool) -> Iterator[Client]:
    """Own the folder until the end of the block; the client acts for `actor` (`veille.access.actor_header`).

    publish: publish at the end what was changed. Raises StoreError (StoreInUseError where another process owns the
    folder), PseudonymKeyError or PublishError.
    """
    with open_folder(settings, command, create=False) as (database, key, _):
        incident_service, live = incident_commands(settings, database), partial(go_live, settings, database)
        routers = folder_topics(settings, key, database, TokenFile(settings.tokens), incident_service, live)
        yield _client([*routers, maintenance_router(FolderMaintenance(settings, key, database))], actor)
        if publish:
            publish_now(settings, database)


def token_client(settings: Settings, actor: str) -> Client:
    """A client for the tokens of a folder that has no database yet; nothing is audited."""
    return _client([tokens.router(TokenFile(settings.tokens), None)], actor)


def _client(routers: list[APIRouter], actor: str) -> Client:
    token = secrets.token_urlsafe(32)
    app = create_app(None, Access(token), (HOST,), routers)
    return Client.within(_InProcess(httpx.ASGITransport(app)), f"http://{HOST}", token, actor)


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
