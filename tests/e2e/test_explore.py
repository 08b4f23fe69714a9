"""Explore and SQL as a person meets them, and what holds on every page of the base: no fault for assistive technology, French, dark."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, Visit, faults, settled
from tests.e2e.test_dashboards import ready

pytestmark = pytest.mark.browser
LIGHT, DARK = (1280, "light"), (1920, "dark")


def drawn(page: Page) -> None:
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg").first).to_be_visible()
    settled(page)


@pytest.mark.parametrize(
    ("view", "visit"),
    [("time", LIGHT), ("multiples", DARK), ("heat", LIGHT), ("top", DARK)],
    indirect=["visit"],
    ids=["time-light", "multiples-dark", "heat-light", "top-dark"],
)
def test_every_view_of_explore_is_drawn(visit: Visit, site: Site, view: str, request: pytest.FixtureRequest) -> None:
    visit.page.goto(f"{site.address}/explore?view={view}&split=language&compare=period&range=24h")
    drawn(visit.page)
    visit.shot(f"explore-{request.node.callspec.id}")
    assert visit.errors == []
    assert visit.elsewhere == []


@pytest.mark.parametrize("page", ["/?range=7d&live=off", "/explore?split=language&range=24h", "/sql", "/feed?live=off"])
@pytest.mark.parametrize("visit", [(1280, "light"), (1280, "dark")], indirect=True, ids=["light", "dark"])
def test_axe_finds_no_serious_fault(visit: Visit, site: Site, page: str) -> None:
    visit.page.goto(f"{site.address}{page}")
    if page == "/sql":
        expect(visit.page.get_by_role("button", name="Run")).to_be_visible()
        settled(visit.page)
    else:
        drawn(visit.page)
    assert faults(visit.page) == []


def test_the_pages_speak_french_and_take_the_choice_along(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/?lang=fr&tz=Europe/Paris&range=30d")
    ready(page)
    expect(page.get_by_role("heading", name="Maintenant")).to_be_visible()
    visit.shot("now-french")
    page.get_by_test_id("stTopNav").get_by_role("link", name="Explorer").click()
    expect(page.get_by_role("heading", name="Explorer", exact=True)).to_be_visible()
    drawn(page)
    expect(page).to_have_url(re.compile("lang=fr"))
    expect(page).to_have_url(re.compile("range=30d"))
    assert visit.errors == []


def test_a_query_runs_and_its_rows_stay(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/sql")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.get_by_role("tab", name="Chart").click()
    drawn(page)
    visit.shot("sql")
    expect(page.get_by_role("button", name="Download as PNG")).to_have_count(1)
    expect(page.get_by_role("button", name="Download as CSV")).to_have_count(
        0
    )  # Streamlit's own is not safe in a spreadsheet
    page.get_by_role("tab", name="Examples").click()
    page.get_by_text("In which languages are requests made").click()
    page.wait_for_timeout(5000)
    expect(page.get_by_role("tab", name="Chart")).to_have_attribute("aria-selected", "true")
    assert visit.errors == []


def test_an_open_list_and_the_scroll_survive_five_refreshes(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/?range=7d")
    ready(page)
    about = page.get_by_role("button", name="About this number").nth(1)
    about.click()
    text = page.get_by_text("fulfilled requests ÷ decided requests (fulfilled + partial + refused)").first
    expect(text).to_be_visible()
    page.wait_for_timeout(11_000)  # five refreshes
    expect(text).to_be_visible()
    page.keyboard.press("Escape")
    main = page.get_by_test_id("stMain")
    main.evaluate("element => element.scrollTo(0, 400)")
    page.wait_for_timeout(11_000)
    assert main.evaluate("element => element.scrollTop") == 400
    assert visit.errors == []
