"""Who looks at the pages, and the trail they leave.

On loopback nobody logs in: the person is the operating system's user, with every role. With `login = "oidc"` Streamlit's own
login (`st.login`, OpenID Connect) says who it is, and the mapping in the settings which roles she has.
"""

import getpass
from collections.abc import Iterable, Mapping
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import streamlit as st

from dashboards import commands, data
from dashboards.texts import names, t
from veille import config
from veille.access import ROLES, Principal, Role

LOOPBACK = ("127.0.0.1", "localhost", "::1", None)
EVERY_ROLE = frozenset[Role](ROLES)
RECORDED_AGAIN_AFTER = timedelta(minutes=15)
"""A page that stays open is one look a quarter of an hour, not one each time it renews itself."""
_LOOKS = "recorded_looks"


def gate() -> Principal:
    """The person of this run; where nobody may be let in, the page says what to do and ends here. First thing after the preferences."""
    try:
        settings = config.load().dashboards
    except config.ConfigError as error:
        st.error(t("states.wrong_setting", error=error), icon=":material/settings:")
        st.stop()
    if settings.login == "oidc":
        found = _logged_in(settings)
    elif settings.login == "loopback" and st.get_option("server.address") not in LOOPBACK:
        _closed()
    else:
        trusted = settings.login == "loopback"
        found = Principal(_system_user(), EVERY_ROLE if trusted else frozenset(settings.default_roles))
    st.session_state[commands.ACTOR_KEY] = found
    return found


def person() -> Principal:
    """The person of this run, in pages and fragments."""
    return st.session_state.get(commands.ACTOR_KEY) or Principal(_system_user(), EVERY_ROLE)


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


def roles_of(claims: Mapping[str, Any], settings: config.Dashboards) -> frozenset[Role]:
    """Roles from a token's claims: those named in `roles_claim` directly, those that `roles` maps a group or an address to, and the
    default ones."""
    stated = claims.get(settings.roles_claim) or ()
    groups = {stated} if isinstance(stated, str) else {str(group) for group in stated}
    groups |= {str(claims[key]) for key in ("email", "sub") if claims.get(key)}
    mapped = {role for group in groups for role in settings.roles.get(group, ())}
    return frozenset(role for role in ROLES if role in groups or role in mapped or role in settings.default_roles)


def _logged_in(settings: config.Dashboards) -> Principal:
    if find_spec("authlib") is None:
        st.error(t("access.no_library"), icon=":material/extension:")
        st.stop()
    if "is_logged_in" not in st.user.to_dict():
        st.error(t("access.no_oidc"), icon=":material/lock:")
        st.stop()
    if not st.user.is_logged_in:
        st.title("Veille", anchor=False)
        st.markdown(t("access.sign_in_why"))
        st.button(t("access.sign_in"), icon=":material/login:", type="primary", on_click=st.login)
        st.stop()
    claims = st.user.to_dict()
    name = str(claims.get("email") or claims.get("preferred_username") or claims.get("sub"))
    roles = roles_of(claims, settings)
    if not roles:
        st.info(t("access.no_role", name=name), icon=":material/lock:")
        st.button(t("preferences.sign_out"), icon=":material/logout:", on_click=st.logout)
        st.stop()
    return Principal(name, roles)


def _closed() -> None:
    st.error(t("access.no_login"), icon=":material/lock:")
    st.markdown(t("access.no_login_how"))
    st.stop()


def _named(roles: Iterable[str]) -> str:
    known = names("roles")
    return ", ".join(known[role] for role in ROLES if role in set(roles))


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user need not have a name
        return "local"
