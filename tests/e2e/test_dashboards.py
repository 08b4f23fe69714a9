"""The pages as a person meets them."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import Site, Visit, settled
from tests.unit.dashboards.published import history, publish

pytestmark = pytest.mark.browser
LOOKS = [(1280, "light"), (1920, "dark")]


def ready(page: Page) -> None:
    """Wait until the page has drawn its tiles and a chart."""
    expect(page.get_by_test_id("stMetricValue").first).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg").first).to_be_visible()
    settled(page)


def tile(page: Page, label: str) -> Locator:
    """The number under this label."""
    found = page.get_by_test_id("stMetric").filter(has=page.get_by_text(label, exact=True))
    return found.get_by_test_id("stMetricValue")


def value(page: Page, label: str) -> int:
    return int(tile(page, label).inner_text().replace(",", ""))


@pytest.mark.parametrize("visit", LOOKS, indirect=True, ids=lambda look: f"{look[0]}-{look[1]}")
def test_every_page_opens_from_the_menu_without_an_error(
    visit: Visit, site: Site, request: pytest.FixtureRequest
) -> None:
    page, name = visit.page, request.node.callspec.id
    page.goto(f"{site.address}/?range=7d")
    ready(page)
    expect(page.get_by_role("heading", name="Now")).to_be_visible()
    expect(page.get_by_text("Simulated data").first).to_be_visible()
    visit.shot(f"now-{name}")
    page.get_by_test_id("stTopNav").get_by_role("link", name="Feed").click()
    expect(page.get_by_role("heading", name="Coverage by collection")).to_be_visible()
    ready(page)
    visit.shot(f"feed-{name}")
    assert visit.errors == []
    assert visit.elsewhere == [], "nothing is fetched from another host"


def test_a_page_opens_from_its_link(visit: Visit, site: Site) -> None:
    visit.page.goto(f"{site.address}/feed?range=7d&live=off")
    ready(visit.page)
    expect(visit.page.get_by_role("heading", name="Feed", exact=True)).to_be_visible()
    assert visit.errors == []


def test_the_page_updates_by_itself_and_keeps_what_is_open(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/?class=all")
    ready(page)
    before = value(page, "Requests of all classes")
    definition = page.get_by_text("mentions that ask a generator for something")
    expect(page.get_by_role("button", name="About this number")).to_have_count(4)
    page.get_by_role("button", name="About this number").first.click()
    expect(definition).to_be_visible()
    publish(site.folder, history(1, datetime.now(UTC) - timedelta(minutes=5), first=100_000))
    expect(tile(page, "Requests of all classes")).to_have_text(str(before + 11))
    page.wait_for_timeout(5000)
    expect(definition).to_be_visible()
    visit.shot("about-this-number")
    assert visit.errors == []


def test_a_choice_changes_the_address_and_the_address_brings_it_back(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(site.address)
    ready(page)
    day = value(page, "Sexualising requests")
    page.get_by_role("radio", name="7 d").or_(page.get_by_role("button", name="7 d", exact=True)).click()
    page.wait_for_url("**range=7d**")
    expect(tile(page, "Sexualising requests")).not_to_have_text(str(day))
    week = value(page, "Sexualising requests")
    assert week > day
    page.reload()
    ready(page)
    expect(page).to_have_url(re.compile("range=7d"))
    expect(tile(page, "Sexualising requests")).to_have_text(f"{week:,}")
