"""What `python -m dashboards` serves: the pages, on loopback without a login behind the address token (dashboards.address_token)."""

import secrets
import sys
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from dashboards import address_token
from veille import config


def _middleware() -> list[Middleware]:
    """The check of the address token where nobody logs in; where the settings are wrong, too: the page says so to whoever gets in."""
    try:
        guarded = config.load().dashboards.login == "loopback"
    except config.ConfigError:
        guarded = True
    token = address_token.take_token()
    if not guarded:
        return []
    if token is None:  # started by hand
        token = secrets.token_urlsafe(24)
        sys.stderr.write(f"Open the pages with ?{address_token.PARAMETER}={token} after their address.\n")
    return [Middleware(address_token.AddressTokenCheck, token=token)]


app = st.App(Path(__file__).with_name("app.py"), middleware=_middleware())
