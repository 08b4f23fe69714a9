"""Killed with SIGKILL between transition and sending, and between sending and noting it: nothing is lost, nothing doubled."""

import json
import multiprocessing
from collections import Counter
from pathlib import Path

import pytest

from tests.amounts import amount
from tests.integration.paging.pagerduty import PagerDuty, running_pagerduty
from tests.integration.paging.worker import main, settings
from veille.incidents.commands import IncidentService
from veille.service.assembly import open_folder

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.integration.paging.worker"])
POINTS = ("after-transition", "before-send", "after-send")
KILLS = amount(9, 21)


def run(data_dir: Path, receiver: PagerDuty, point: str) -> int | None:
    """A process of its own, forked from a server that has the imports, so that twenty of them take seconds."""
    process = PROCESSES.Process(target=main, args=(data_dir, receiver.url, point))
    process.start()
    process.join(120)
    return process.exitcode


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_page_arrives_and_repeats_carry_the_same_key(tmp_path: Path) -> None:
    data_dir = tmp_path / "data"
    with running_pagerduty() as receiver:
        for kill in range(KILLS):
            assert run(data_dir, receiver, POINTS[kill % len(POINTS)]) == -9
        assert run(data_dir, receiver, "deliver") == 0
    assert receiver.refused == []
    with open_folder(settings(data_dir, receiver.url), "test", create=False) as (database, _, _):
        incident_service = IncidentService(database, settings(data_dir, receiver.url).incidents)
        incidents = incident_service.list(limit=100)
        assert len(incidents) == KILLS
        for incident in incidents:
            assert [event.event for event in incident_service.events(incident.incident_id)].count("paged") == 1
            assert incident.state == "open"
        outbox = {
            key: json.loads(text)
            for key, text in database.cursor().execute("SELECT dedup_key, payload FROM outbox").fetchall()
        }
        waiting = (
            database.cursor()
            .execute(
                "SELECT count(*) FROM outbox WHERE intent_id NOT IN (SELECT intent_id FROM deliveries WHERE outcome = 'sent')"
            )
            .fetchone()
        )
    assert waiting == (0,)
    assert receiver.alerts == {f"veille-{incident.incident_id}": "triggered" for incident in incidents}
    arrived = Counter(event["dedup_key"] for event in receiver.requests)
    assert set(arrived) == set(outbox)
    assert Counter(arrived.values()) == {1: KILLS * 2 // 3, 2: KILLS // 3}, "killed after sending: sent again, same key"
    bodies = {(event["dedup_key"], event["payload"]["summary"]) for event in receiver.requests}
    assert len(bodies) == KILLS
