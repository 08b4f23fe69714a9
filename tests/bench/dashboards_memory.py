"""Memory of the dashboard process while five people use it at 20 M published events: a real server, five windows of a real browser.

Each person opens every page, for the last day and for 30 days, all at the same time; Chromium runs beside and is not counted.
"""

import os
import sys
import threading
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from dashboards import menu
from tests.bench.dashboards_data import published
from tests.bench.report import line
from tests.unit.dashboards.entering import cookies, enter
from veille.cli.dashboard import DashboardServer

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PERSONS = 5
RANGES = ("24h", "30d")
MOST_BYTES = 1 << 30
_PATIENCE_MS = 120_000


class Watch(threading.Thread):
    """Follows what the server and its children hold, in bytes."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        (self._server,) = psutil.Process().children()
        self.most, self._ended = 0, threading.Event()

    def run(self) -> None:
        while not self._ended.wait(0.05):
            self.most = max(self.most, self.now())

    def now(self) -> int:
        """Resident memory at present."""
        held = 0
        for process in (self._server, *self._server.children(recursive=True)):
            try:
                held += process.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return held

    def end(self) -> None:
        self._ended.set()
        self.join()


def main() -> None:
    chromium = next((path for path in CHROMIUM if Path(path).exists()), None)
    if chromium is None:
        print(f"skipped: Chromium is missing (looked for {', '.join(CHROMIUM)})", file=sys.stderr)
        return
    pages = [
        "" if entry.key == "now" else entry.key for entry in menu.ENTRIES if not entry.hidden and entry.path.is_file()
    ]
    with DashboardServer(published()) as server:
        watch = Watch()
        begun = watch.now()
        watch.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            late = _used(browser, server.address, cookies(server), pages)
            held = watch.now()
            browser.close()
        watch.end()
    line(
        f"memory with {PERSONS} persons on all pages, most",
        f"{watch.most / (1 << 20):,.0f} MiB",
        beside=f"at the start {begun / (1 << 20):,.0f}, at the end {held / (1 << 20):,.0f} MiB; load {os.getloadavg()[0]:.0f}; {late} late",
        target="< 1 GiB",
        met=watch.most < MOST_BYTES,
    )


def _used(browser: Browser, address: str, held: dict[str, str], pages: list[str]) -> int:
    """Everybody opens everything, each at another page at one time. Returns how many pages did not end in time."""
    contexts = [browser.new_context() for _ in range(PERSONS)]
    for context in contexts:
        enter(context, address, held)
    persons = [context.new_page() for context in contexts]
    late = 0
    for chosen in RANGES:
        for turn in range(len(pages)):
            for number, page in enumerate(persons):
                path = pages[(turn + number) % len(pages)]
                page.goto(f"{address}/{path}?range={chosen}", wait_until="commit")
            late += sum(not _ended(page) for page in persons)
    return late


def _ended(page: Page) -> bool:
    try:
        page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(timeout=_PATIENCE_MS)
    except TooLate:
        return False
    time.sleep(0.2)
    return True


if __name__ == "__main__":
    main()
