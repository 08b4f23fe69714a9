"""The printed address in a real browser: reload, a new tab, a link, and another browser that has nothing."""

import re

import httpx
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Site
from veille.cli.dashboard import DashboardServer


def test_the_printed_address_opens_the_pages_for_one_browser(browser: Browser, site: Site) -> None:
    with DashboardServer(site.folder) as server:
        assert httpx.get(server.address, trust_env=False).status_code == 403
        mine = browser.new_context()
        page = mine.new_page()
        page.goto(server.entry("/?range=all"))
        expect(page.get_by_role("heading", name="Now")).to_be_visible()
        expect(page).not_to_have_url(re.compile("token"))
        expect(page).to_have_url(re.compile("range=all"))
        page.reload()
        expect(page.get_by_role("heading", name="Now")).to_be_visible()
        page.get_by_role("link", name="Feed").first.click()
        page.wait_for_url("**/feed**")
        tab = mine.new_page()
        tab.goto(f"{server.address}/surges")
        expect(tab.get_by_role("heading", name="Surges").first).to_be_visible()
        other = browser.new_context().new_page()
        for address in (server.address, f"{server.address}/surges", server.entry()):
            answer = other.goto(address)
            assert answer is not None
            assert answer.status == 403
        told = other.evaluate(
            """address => new Promise(done => {
                const socket = new WebSocket(address);
                socket.onopen = () => done("open");
                socket.onerror = () => done("refused");
            })""",
            server.address.replace("http", "ws") + "/_stcore/stream",
        )
        assert told == "refused"
        mine.close()
