"""What a person does goes to the API of the service, in her name. Where the service is down the page says so calmly and goes on."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import data, words
from dashboards.texts import t
from veille import config
from veille.access import actor_header
from veille.client import ApiError, Client

TIMEOUT_SECONDS = 10.0
ACTOR_KEY = "person"
"""Of the session: the Principal for whom commands are given."""


def post(path: str, body: dict[str, Any]) -> Any | None:
    """The API's answer to a command; None where it was not done, and the page says why."""
    return _tell(lambda client: client.post(path, body))


def get(path: str, **parameters: Any) -> Any | None:
    """The API's answer to a question; None where there is none, and the page says why."""
    return _tell(lambda client: client.get(path, **parameters))


def delete(path: str) -> Any | None:
    """The API's answer to taking something back; None where it was not done, and the page says why."""
    return _tell(lambda client: client.delete(path))


def quietly(path: str, body: dict[str, Any]) -> bool:
    """As `post`, for what stands beside something else: whether it was done; the page says nothing."""
    try:
        _client().post(path, body)
    except ApiError:
        return False
    return True


def ask_quietly(path: str, **parameters: Any) -> Any | None:
    """As `get`, for what can be had without the service too: None where there is no answer; the page says nothing."""
    try:
        return _client().get(path, **parameters)
    except ApiError:
        return None


def show_down() -> None:
    """What to do while the service is down."""
    st.caption(t("commands.down", folder=data.data_dir()))


def _tell(asked: Callable[[Client], Any]) -> Any | None:
    try:
        return asked(_client())
    except ApiError as error:
        _say(error)
        return None


def _say(error: ApiError) -> None:
    if error.status is None:
        st.warning(t("commands.down", folder=data.data_dir()), icon=":material/cloud_off:")
    else:
        st.warning(t("commands.refused", reason=words.plain(str(error))), icon=":material/block:")


def _client() -> Client:
    settings = config.load()
    actor = st.session_state.get(ACTOR_KEY)
    return Client(
        settings.data_dir,
        actor=actor and actor_header(actor.name, actor.roles),
        timeout_seconds=TIMEOUT_SECONDS,
        address=settings.dashboards.service_address,
        token_file=settings.dashboards.service_token_file,
    )
