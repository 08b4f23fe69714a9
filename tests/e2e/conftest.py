"""A real browser on a real server: Chromium, `veille dashboard` and a data folder made by `veille replay`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.unit.dashboards.entering import cookies, enter
from tests.unit.dashboards.published import history, publish
from veille.cli.dashboard import DashboardServer

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        reason = f"Chromium is missing (looked for {', '.join(CHROMIUM)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@dataclass
class Site:
    """A served data folder, its address, and the cookie that opens it."""

    folder: Path
    address: str
    cookies: dict[str, str]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = publish(tmp_path_factory.mktemp("data"), history(72, datetime.now(UTC), simulated=True))
    with DashboardServer(folder) as server:
        yield Site(folder, server.address, cookies(server))


@dataclass
class Visit:
    """A page and all that went wrong in it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def shot(self, name: str) -> None:
        """Keep a picture among the artefacts of the test run."""
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png", full_page=True)


@pytest.fixture
def visit(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh browser context far from UTC; parametrised indirectly with (width, colour scheme)."""
    look: tuple[int, Literal["light", "dark"]] = getattr(request, "param", (1280, "light"))
    width, scheme = look
    context = browser.new_context(
        viewport={"width": width, "height": 1000}, color_scheme=scheme, timezone_id="America/New_York"
    )
    enter(context, site.address, site.cookies)
    found = Visit(context.new_page())

    def heard(message: ConsoleMessage) -> None:
        # Streamlit looks for its server below the page's own path before it looks at the root.
        probe = "/_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not probe:
            found.errors.append(message.text)

    found.page.on("console", heard)
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("request", lambda asked: found.elsewhere.append(asked.url) if not local(asked.url, site) else None)
    yield found
    context.close()


def local(url: str, site: Site) -> bool:
    return url.startswith((site.address, site.address.replace("http", "ws", 1), "data:", "blob:"))
