"""Into the pages of a `veille dashboard` of a test: its address is opened once, and browsers share the cookie."""

import httpx
from playwright.sync_api import BrowserContext

from veille.cli.dashboard import DashboardServer


def cookies(server: DashboardServer) -> dict[str, str]:
    """What the address with the token is exchanged for."""
    answer = httpx.get(server.entry(), trust_env=False)
    assert answer.status_code == 303
    return dict(answer.cookies)


def enter(context: BrowserContext, address: str, held: dict[str, str]) -> None:
    """Give a browser the cookie."""
    context.add_cookies([{"name": name, "value": value, "url": address} for name, value in held.items()])
