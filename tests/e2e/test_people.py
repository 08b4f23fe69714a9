"""Surges, Coordination, Targets and Incidents in a browser, over a running service: what a person does reaches the API and comes back."""

import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Site, Visit, faults, settled
from tests.unit.dashboards import found
from tests.unit.dashboards.entering import cookies, enter
from veille.cli.dashboard import DashboardServer
from veille.client import Client
from veille.config import Settings
from veille.privacy import load_key, short
from veille.service.live import LiveSource
from veille.service.supervise import run_service
from veille.store.reader import Reader

pytestmark = pytest.mark.browser
LOOKS = [(1280, "light"), (1920, "dark")]
REFRESHES_MS = 11_000
"""More than five renewals of a page."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A folder in which things were found, its service and its dashboards."""
    folder = found.folder(tmp_path_factory.mktemp("found"), datetime.now(UTC))
    settings = Settings(data_dir=folder)
    settings = settings.model_copy(update={"api": settings.api.model_copy(update={"port": 0})})
    stop, ready = threading.Event(), threading.Event()
    service = threading.Thread(
        target=run_service, args=(settings, lambda _: LiveSource(iter(())), stop),
        kwargs={"announce": lambda _: ready.set()},
    )  # fmt: skip
    service.start()
    try:
        assert ready.wait(60)
        with DashboardServer(folder) as server:
            yield Site(folder, server.address, cookies(server))
    finally:
        stop.set()
        service.join(60)


def running(site: Site) -> str:
    """The attack that nobody has closed; others are open beside it."""
    rows = Reader(site.folder / "published/analyst").query(
        "SELECT incident_id FROM incidents WHERE state <> 'resolved' AND rule = 'first-time-target' ORDER BY opened_at, incident_id"
    )
    return str(rows["incident_id"][0])


def star(site: Site) -> str:
    return str(found.person(load_key(site.folder / "pseudonym.key"), "star_0"))


def api(site: Site, path: str) -> Any:
    return Client(site.folder).get(path)


def shown(page: Page, text: str) -> None:
    expect(page.get_by_text(text).first).to_be_visible()


def places(site: Site) -> dict[str, tuple[str, str]]:
    """Name → its path, and a text that shows when it is there."""
    return {
        "surges": ("surges?range=7d", "Surges in this period"),
        "surge": (f"surges?surge={found.SURGE}", "Sources of the excess"),
        "coordination": ("coordination", "Validated, not reviewed"),
        "cluster": (f"coordination?cluster={found.CLUSTER}", "Evidence against coordination"),
        "targets": ("targets?class=all&range=7d", "People asked about"),
        "target": (f"target?target={star(site)}&range=7d", "Requesting accounts"),
        "incidents": ("incidents?state=all", "Response times and precision"),
        "incident": (f"incidents?incident={running(site)}", "Timeline"),
    }


@pytest.mark.parametrize("visit", LOOKS, indirect=True, ids=lambda look: f"{look[0]}-{look[1]}")
@pytest.mark.parametrize(
    "name", ["surges", "surge", "coordination", "cluster", "targets", "target", "incidents", "incident"]
)
def test_every_page_opens_from_its_link_without_an_error_or_a_fault_that_axe_finds_serious(
    visit: Visit, site: Site, name: str, request: pytest.FixtureRequest
) -> None:
    path, text = places(site)[name]
    visit.page.goto(f"{site.address}/{path}")
    shown(visit.page, text)
    settled(visit.page)
    width, scheme = request.node.callspec.params["visit"]
    visit.shot(f"people-{name}-{width}-{scheme}")
    assert visit.errors == []
    assert visit.elsewhere == []
    assert faults(visit.page) == []


def test_the_round_trip_of_an_incident_between_two_people(visit: Visit, site: Site, browser: Browser) -> None:
    page, wanted = visit.page, running(site)
    other = browser.new_context(viewport={"width": 1280, "height": 900})
    enter(other, site.address, site.cookies)
    second = other.new_page()
    second.goto(f"{site.address}/incidents?incident={wanted}")
    expect(second.get_by_role("button", name="Acknowledge")).to_be_visible()
    page.goto(f"{site.address}/incidents")
    page.get_by_role("link", name=re.compile("Attack on a first-time target")).first.click()
    page.wait_for_url(f"**incident={wanted}**")
    page.get_by_role("button", name="Acknowledge").click()
    shown(page, "Acknowledged. Others see that you are handling it")
    assert api(site, f"/v1/incidents/{wanted}")["state"] == "acknowledged"
    expect(second.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(second.get_by_text("acknowledged by").first).to_be_visible()
    other.close()
    page.get_by_role("button", name="Comment").click()
    page.get_by_label("What you observed or did").fill("=SUM(1) <b>seen</b> **by** me")
    page.wait_for_timeout(REFRESHES_MS)
    expect(page.get_by_label("What you observed or did")).to_have_value("=SUM(1) <b>seen</b> **by** me")
    page.locator("[class*=st-key-send_comment_] button").click()
    shown(page, "Comment saved.")
    shown(page, "=SUM(1) <b>seen</b> **by** me")
    assert [e["event"] for e in api(site, f"/v1/incidents/{wanted}")["events"]].count("commented") == 2
    visit.shot("people-incident-acknowledged")
    assert visit.errors == []


def test_what_is_open_and_what_is_typed_survive_five_refreshes(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/coordination?cluster={found.CLUSTER}")
    shown(page, "Evidence against coordination")
    page.get_by_label("Reason (required)").fill("the same minute, again and again")
    page.get_by_role("tab", name="Pairs").click()
    page.wait_for_timeout(REFRESHES_MS)
    expect(page.get_by_label("Reason (required)")).to_have_value("the same minute, again and again")
    expect(page.get_by_role("tab", name="Pairs")).to_have_attribute("aria-selected", "true")
    expect(page).to_have_url(re.compile(found.CLUSTER))
    page.get_by_role("button", name="Confirm").click()
    shown(page, "the same minute, again and again")
    expect(page.get_by_text("Confirmed").first).to_be_visible()
    assert api(site, f"/v1/clusters/{found.CLUSTER}")["verdict"] == "confirmed"
    with page.expect_download() as download:
        page.get_by_test_id("stDownloadButton").get_by_role("button").click()
    assert "gexf" in download.value.path().read_text()
    assert visit.errors == []


def test_a_row_opens_its_surge_and_its_target_and_the_way_back_leads_to_the_list(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/surges?range=7d")
    shown(page, "Surges in this period")
    settled(page)
    table = page.get_by_test_id("stDataFrame").first
    table.scroll_into_view_if_needed()
    table.click(position={"x": 18, "y": 55})
    page.wait_for_url(re.compile("surge="))
    shown(page, "Observed and expected")
    page.get_by_role("link", name=re.compile("Page of T-")).click()
    shown(page, "Requesting accounts")
    page.get_by_role("link", name=re.compile("36 requests by 24 accounts")).click()
    shown(page, "Observed and expected")
    page.get_by_role("button", name="All surges").click()
    shown(page, "Surges in this period")
    expect(page).not_to_have_url(re.compile("surge="))
    assert visit.errors == []


def test_each_look_at_a_person_is_on_the_audit_log(visit: Visit, site: Site) -> None:
    page, name = visit.page, short(star(site), "target")
    page.goto(f"{site.address}/target?target={star(site)}&range=7d")
    shown(page, "Requesting accounts")
    page.get_by_role("button", name="Show the prompt").click()
    shown(page, "<script>alert(1)</script> **bold**")
    actions = [entry["action"] for entry in api(site, "/v1/audit") if entry["subject"] == name]
    assert {"target.read", "prompt.reveal"} <= set(actions)
    visit.shot("people-target-prompts")
    assert visit.errors == []


def test_a_known_handle_leads_to_its_page(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/targets")
    shown(page, "Look up a known handle")
    page.get_by_text("Look up a known handle").click()
    page.get_by_label("Handle").fill("@STAR_0")
    page.get_by_label("Reason (required, no names)").fill("she wrote to us")
    page.get_by_role("button", name="Look up", exact=True).click()
    expect(page.get_by_role("link", name=f"Open {short(star(site), 'target')}")).to_be_visible()
    # The filled field stands beside the new one until the page is drawn.
    expect(page.get_by_label("Handle")).to_have_count(1)
    expect(page.get_by_label("Handle")).to_have_value("")
    expect(page).not_to_have_url(re.compile("star", re.IGNORECASE))
    entries = [entry for entry in api(site, "/v1/audit") if entry["action"] == "target.lookup"]
    assert entries[0]["reason"] == "she wrote to us"


def test_the_record_of_an_incident_is_taken_away(visit: Visit, site: Site) -> None:
    page, wanted = visit.page, running(site)
    for name, ending, part in (("Markdown", ".md", "## Why it fired"), ("JSON", ".json", '"timeline"')):
        page.goto(f"{site.address}/incidents?incident={wanted}")
        page.get_by_role("button", name="Record").click()
        with page.expect_download() as download:
            page.get_by_role("button", name=re.compile(name)).click()
        assert download.value.suggested_filename.endswith(ending)
        assert part in download.value.path().read_text(encoding="utf-8")
    assert visit.errors == []


def test_a_refusal_stands_until_it_was_read(visit: Visit, site: Site) -> None:
    page, wanted = visit.page, running(site)
    page.goto(f"{site.address}/incidents?incident={wanted}&lang=fr")
    expect(
        page.get_by_role("button", name="Rouvrir").or_(page.get_by_role("button", name="Silence")).first
    ).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="Silence").click()
    page.get_by_label("Motif (obligatoire)").fill("x")
    service, owner = site.folder / "owner.json", site.folder / "owner.aside"
    service.rename(owner)
    try:
        page.locator("[class*=st-key-send_silence_] button").click()
        shown(page, "Rien n'a été modifié")
        page.keyboard.press("Escape")
        page.wait_for_timeout(REFRESHES_MS)
        expect(page.get_by_text("Rien n'a été modifié")).to_be_visible()
        expect(page.get_by_text("Rien n'a été modifié")).to_be_in_viewport()
        page.get_by_role("button", name="Compris").click()
        expect(page.get_by_text("Rien n'a été modifié")).to_have_count(0)
    finally:
        owner.rename(service)


@pytest.mark.parametrize("visit", [(390, "light")], indirect=True)
def test_an_incident_can_be_handled_on_a_phone(visit: Visit, site: Site) -> None:
    page = visit.page
    page.goto(f"{site.address}/incidents?incident={running(site)}")
    shown(page, "Timeline")
    settled(page)
    visit.shot("people-incident-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for name in ("Comment", "Resolve", "Silence"):
        box = page.get_by_role("button", name=name).first.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["height"] >= 36, "large enough for a thumb"
    page.goto(f"{site.address}/incidents?state=all")
    shown(page, "Response times and precision")
    settled(page)
    visit.shot("people-incidents-390")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert visit.errors == []


@pytest.mark.parametrize("name", ["surges", "cluster", "targets", "incident"])
def test_every_page_speaks_french(visit: Visit, site: Site, name: str) -> None:
    path, _ = places(site)[name]
    said = {
        "surges": "Pics de cette période",
        "cluster": "Éléments contre une coordination",
        "targets": "Personnes visées",
        "incident": "Chronologie",
    }
    visit.page.goto(f"{site.address}/{path}{'&' if '?' in path else '?'}lang=fr")
    shown(visit.page, said[name])
    settled(visit.page)
    visit.shot(f"people-{name}-fr")
    assert visit.errors == []
