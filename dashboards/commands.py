"""What a person does goes to the API of the service, in her name; where no service has the folder, to the same API in this process. Where
neither answers the page says so calmly and goes on.

What was refused is not told by the run that met it, for the page renews itself: it is kept in the session and stands on the page
(`show_pending`) until the person has read it, has done something else, or has left the page.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboards import data, preferences, reasons, words
from dashboards.texts import t
from veille import config
from veille.access import Principal, actor_header, is_personal
from veille.client import ApiError, Client
from veille.service.folder_api import borrowing_client
from veille.store.owner import has_service

TIMEOUT_SECONDS = 10.0
ACTOR_KEY = "person"
"""Of the session: the Principal for whom commands are given."""
_REFUSAL = "refusal"
"""Of the session: page, text and icon of the last command that was not done."""


def post(path: str, body: dict[str, Any]) -> Any | None:
    """The API's answer to a command; None where it was not done, and the page says why until the person acts."""
    return _command(lambda client: client.post(path, body))


def get(path: str, **parameters: Any) -> Any | None:
    """The API's answer to a question; None where there is none, and the page says why here, each time it asks."""
    try:
        return _client().get(path, **parameters)
    except ApiError as error:
        text, icon = _told(error)
        st.warning(text, icon=icon)
        return None


def reader(path: str) -> Callable[[], bytes] | None:
    """What reads the body of an API's answer outside of the page's run, for a download (it raises ApiError); None where no service runs."""
    settings, actor = config.load(), st.session_state.get(ACTOR_KEY)
    if not (settings.dashboards.service_address or has_service(settings.data_dir) or settings.database.is_file()):
        return None
    return lambda: _client_for(settings, actor).text(path).encode()


def delete(path: str) -> Any | None:
    """The API's answer to taking something back; None where it was not done, and the page says why until the person acts."""
    return _command(lambda client: client.delete(path))


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


def show_pending() -> bool:
    """What was refused on this page and not read yet, with a button that takes it away; whether there is any."""
    refusal = st.session_state.get(_REFUSAL)
    if refusal is None or refusal[0] != preferences.page():
        forget()
        return False
    _, text, icon = refusal
    with st.container(key="refusal", horizontal=True, vertical_alignment="center", gap="small"):
        st.warning(text, icon=icon)
        st.button(t("commands.read"), key="refusal_read", on_click=forget)
    return True


def forget() -> None:
    """Take away what was refused: the person has done something else."""
    st.session_state.pop(_REFUSAL, None)


def _command(asked: Callable[[Client], Any]) -> Any | None:
    forget()
    try:
        return asked(_client())
    except ApiError as error:
        st.session_state[_REFUSAL] = (preferences.page(), *_told(error))
        return None


def _told(error: ApiError) -> tuple[str, str]:
    """Text and icon of a refusal."""
    if error.status is None:
        return t("commands.down", folder=data.data_dir()), ":material/cloud_off:"
    return t("commands.refused", reason=words.escape_markdown(reasons.refusal(error))), ":material/block:"


def _client() -> Client:
    return _client_for(config.load(), st.session_state.get(ACTOR_KEY))


def _client_for(settings: config.Settings, actor: Principal | None) -> Client:
    """Acts for a person. Raises ApiError where nobody is known: without a name the service's own token would be an admin's."""
    if not isinstance(actor, Principal):
        raise ApiError("you are not signed in", 401, cure="reload the page")
    own = _under_one_name(settings.dashboards)
    acting = None if own else actor_header(actor.name, actor.roles, shared=actor.shared)
    if acting is not None and _nobody_serves(settings):
        return borrowing_client(settings, acting)
    return Client(
        settings.data_dir,
        actor=acting,
        timeout_seconds=TIMEOUT_SECONDS,
        address=settings.dashboards.service_address,
        token_file=settings.dashboards.service_token_file,
    )


def _nobody_serves(settings: config.Settings) -> bool:
    """Whether the folder is here and no service has it: then what needs the API works in this process."""
    address = settings.dashboards.service_address
    return address is None and settings.database.is_file() and not has_service(settings.data_dir)


def _under_one_name(dashboards: config.Dashboards) -> bool:
    """Whether nobody is known here and everybody acts by one token of its own: the API goes by its name and its roles."""
    if dashboards.login != "elsewhere" or dashboards.service_token_file is None:
        return False
    try:
        return is_personal(dashboards.service_token_file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
