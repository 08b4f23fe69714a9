"""A real browser on a real server: Chromium, `veille dashboard` and a data folder made by `veille replay`."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.unit.dashboards.entering import cookies, enter
from tests.unit.dashboards.published import history, publish
from veille.cli.dashboard import DashboardServer

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PATIENCE_MS = 60_000
SERIOUS = {"serious", "critical"}
ARTIFACTS = Path(__file__).resolve().parents[2] / "artifacts"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = next((path for path in CHROMIUM if Path(path).exists()), None)
    if found is None:
        reason = f"Chromium is missing (looked for {', '.join(CHROMIUM)})"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
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


def settled(page: Page) -> None:
    """Wait until the page's script has ended and everything that it drew is shown."""
    page.wait_for_function(
        """() => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning"
            && !document.querySelector('[data-testid="stSkeleton"], [data-stale="true"]')""",
        timeout=PATIENCE_MS,
    )


def faults(page: Page) -> list[str]:
    """What axe-core finds serious, each with the first element that has it."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found if each["impact"] in SERIOUS]


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


Look = tuple[int, Literal["light", "dark"]]


@pytest.fixture(scope="module")
def person(browser: Browser, site: Site) -> Iterator[Callable[[Look], BrowserContext]]:
    """One browser profile a look, far from UTC, that keeps what it has loaded as a person's browser does."""
    profiles: dict[Look, BrowserContext] = {}

    def profile(look: Look) -> BrowserContext:
        if look not in profiles:
            width, scheme = look
            profiles[look] = browser.new_context(
                viewport={"width": width, "height": 1000},
                color_scheme=scheme,
                timezone_id="America/New_York",
                reduced_motion="reduce",
            )
            profiles[look].set_default_timeout(PATIENCE_MS)
            enter(profiles[look], site.address, site.cookies)
        return profiles[look]

    yield profile
    for each in profiles.values():
        each.close()


@pytest.fixture
def visit(person: Callable[[Look], BrowserContext], site: Site, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A new page and session; parametrised indirectly with (width, colour scheme)."""
    found = Visit(person(getattr(request, "param", (1280, "light"))).new_page())

    def heard(message: ConsoleMessage) -> None:
        # Streamlit looks for its server below the page's own path before it looks at the root.
        probe = "/_stcore/" in message.location.get("url", "") and "404" in message.text
        if message.type == "error" and not probe:
            found.errors.append(message.text)

    found.page.on("console", heard)
    found.page.on("pageerror", lambda error: found.errors.append(str(error)))
    found.page.on("request", lambda asked: found.elsewhere.append(asked.url) if not local(asked.url, site) else None)
    yield found
    found.page.close()


def local(url: str, site: Site) -> bool:
    return url.startswith((site.address, site.address.replace("http", "ws", 1), "data:", "blob:"))
