"""Who looks at the pages, and the trail they leave.

On loopback nobody logs in: the person is the operating system's user, with every role, let in by the token of the printed address
(dashboards.address_token). With `login = "oidc"` Streamlit's own login (`st.login`, OpenID Connect) says who it is, and the mapping in the
settings which roles she has (dashboards.claims). Where anything is missing nobody is let in.
"""

import getpass
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from typing import Any

import streamlit as st

from dashboards import address_token, commands, data
from dashboards.claims import LoggedInPerson, RefusedClaimsError, of, roles_of
from dashboards.texts import names, t
from veille import config
from veille.access import ROLES, Principal, Role, personal

__all__ = ["audit", "gate", "look", "not_recorded", "person", "require", "roles_of"]

LOOPBACK = ("127.0.0.1", "localhost", "::1", None)
EVERY_ROLE = frozenset[Role](ROLES)
RECORDED_AGAIN_AFTER = timedelta(minutes=15)
"""A page that stays open is one look a quarter of an hour, not one each time it renews itself."""
_LOOKS = "recorded_looks"
_ENDS = "session_ends_at"
"""Of the session: when the person must log in again, UTC; none where nobody logs in."""


def gate() -> Principal:
    """The person of this run; where nobody may be let in, the page says what to do and ends here. First thing after the preferences."""
    try:
        settings = config.load().dashboards
    except config.ConfigError as error:
        st.error(t("states.wrong_setting", error=error), icon=":material/settings:")
        st.stop()
    st.session_state.pop(commands.ACTOR_KEY, None)
    st.session_state.pop(_ENDS, None)
    if settings.login == "oidc":
        found = _logged_in(settings, config.load().access.session_hours)
    elif settings.login == "loopback" and not _on_loopback():
        _closed()
    elif settings.login == "loopback":
        found = Principal(_system_user(), EVERY_ROLE)
    else:
        found = Principal(_system_user(), frozenset(settings.default_roles), shared=True)
    st.session_state[commands.ACTOR_KEY] = found
    return found


def person() -> Principal:
    """The person of this run, in pages and fragments; ends the page where nobody was let in, or the session is over."""
    found, ends = st.session_state.get(commands.ACTOR_KEY), st.session_state.get(_ENDS)
    if not isinstance(found, Principal) or (ends is not None and datetime.now(UTC) >= ends):
        st.session_state.pop(commands.ACTOR_KEY, None)
        st.info(t("access.session_over"), icon=":material/lock:")
        st.stop()
    return found


def require(*roles: Role) -> None:
    """Ends the page with a calm line for who holds none of these roles."""
    if person().may(*roles):
        return
    st.info(t("access.wrong_role", roles=_named(roles), held=_named(person().roles)), icon=":material/lock:")
    st.stop()


def audit(action: str, subject: str, reason: str | None = None) -> bool:
    """Write to the audit log who did what, such as `target.read`, `T-7K3Q-M2XA-9DFH`. False where it could not be written: then do not
    show what it is about (`not_recorded` says so)."""
    body = {"action": action, "subject": subject, "reason": reason}
    return commands.quietly("/v1/audit", {key: value for key, value in body.items() if value is not None})


def look(action: str, subject: str) -> bool:
    """As `audit`, for what stays on the screen: once a session in a quarter of an hour. False where it could not be written."""
    looks: dict[tuple[str, str], Any] = st.session_state.setdefault(_LOOKS, {})
    now, last = data.now(), looks.get((action, subject))
    if last is not None and now - last < RECORDED_AGAIN_AFTER:
        return True
    if not audit(action, subject):
        return False
    looks[action, subject] = now
    return True


def not_recorded() -> None:
    """Says that something is not shown because the look could not be recorded."""
    st.warning(t("access.not_recorded"), icon=":material/lock:")
    commands.show_down()


def _logged_in(settings: config.Dashboards, session_hours: float) -> Principal:
    if find_spec("authlib") is None:
        st.error(t("access.no_library"), icon=":material/extension:")
        st.stop()
    if "is_logged_in" not in st.user.to_dict():
        st.error(t("access.no_oidc"), icon=":material/lock:")
        st.stop()
    if st.user.is_logged_in is not True:
        _sign_in(t("access.sign_in_why"))
    try:
        found = of(st.user.to_dict(), settings, session_hours, datetime.now(UTC))
    except RefusedClaimsError as error:
        if error.key == "session_over":
            _sign_in(t("access.session_over"))
        _turned_away(t(f"access.{error.key}"))
    if not found.roles:
        _turned_away(t("access.no_role", name=found.name))
    st.session_state[_ENDS] = found.ends_at
    return _principal(found)


def _principal(found: LoggedInPerson) -> Principal:
    return Principal(found.name, found.roles)


def _sign_in(why: str) -> None:
    st.title("Veille", anchor=False)
    st.markdown(why)
    st.button(t("access.sign_in"), icon=":material/login:", type="primary", on_click=st.login)
    st.stop()


def _turned_away(why: str) -> None:
    st.info(why, icon=":material/lock:")
    st.button(t("preferences.sign_out"), icon=":material/logout:", on_click=st.logout)
    st.stop()


def _on_loopback() -> bool:
    """Whether only this machine reaches the pages, and only who holds the cookie. A run without a browser (a test) has no headers."""
    served = bool(st.context.headers.to_dict())
    return st.get_option("server.address") in LOOPBACK and (address_token.guarded() or not served)


def _closed() -> None:
    st.error(t("access.no_login"), icon=":material/lock:")
    st.markdown(t("access.no_login_how"))
    st.stop()


def _named(roles: Iterable[str]) -> str:
    known = names("roles")
    return ", ".join(known[role] for role in ROLES if role in set(roles))


def _system_user() -> str:
    try:
        return personal(getpass.getuser())
    except (KeyError, OSError):  # a container's user need not have a name
        return "operator"
