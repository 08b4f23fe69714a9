"""What belongs together, and what a surge of everything keeps from paging."""

from dataclasses import replace

from tests.unit.incidents.make import at, burst, cluster, engine, finding, globally, surge
from veille.incidents.cache import Changes, IncidentCache
from veille.incidents.model import Finding, Incident
from veille.reasons import told


def run(*found: Finding, until: float = 60) -> tuple[IncidentCache, Changes]:
    running = engine()
    return running.cache, running.run(found, at(until), at(until))


def present(cache: IncidentCache) -> list[Incident]:
    return sorted((i for i in cache.incidents.values() if i.merged_into is None), key=lambda i: i.opened_at)


def due(changes: Changes) -> list[str]:
    return [event.incident_id for event in changes.events if event.event == "due"]


def test_a_surge_a_burst_and_a_cluster_on_one_target_are_one_incident_with_one_critical_page() -> None:
    cache, changes = run(surge(1, 0, over=False), burst(1, 2), cluster("K", 5, (1,)))
    (incident,) = present(cache)
    assert (incident.rule, incident.severity, incident.targets) == ("first-burst", "critical", 1)
    assert due(changes) == [incident.incident_id]


def test_forty_targets_of_one_cluster_are_one_incident() -> None:
    attacked = [surge(number, number, over=False) for number in range(40)]
    cache, _ = run(*attacked, cluster("K", 45, tuple(range(40))))
    (incident,) = present(cache)
    assert (incident.targets, incident.rule) == (40, "coordinated-attack")
    assert sum(i.merged_into == incident.incident_id for i in cache.incidents.values()) == 39


def test_a_groups_title_tells_who_made_the_requests() -> None:
    cache, _ = run(replace(cluster("K", 0, (1, 2, 3)), requests=9, accounts=13))
    assert [told(i.title) for i in present(cache)] == ["Coordinated attack, 3 targets: 9 requests by 13 accounts"]


def test_targets_of_one_cluster_weeks_apart_are_not_one_attack() -> None:
    day = 24 * 60
    cache, _ = run(cluster("K", 0, (1,)), replace(cluster("K", 9 * day, (2,)), version=2), until=10 * day)
    assert [i.targets for i in present(cache)] == [1, 1]


def test_a_minor_flag_has_its_own_incident_at_once() -> None:
    flag = finding("minors", "m", "minor-flag", 3, targets=(1,), requests=1, accounts=0)
    cache, changes = run(surge(1, 0, over=False), flag)
    minors = [i for i in present(cache) if i.rota == "minors"]
    assert [i.severity for i in minors] == ["critical"]
    assert told(minors[0].title).startswith("Minor suspected (flagged, unverified)")
    assert due(changes) == [minors[0].incident_id]


def test_a_surge_of_everything_holds_back_what_is_not_exempt_and_lists_it() -> None:
    severe = finding("surge", "s9", "first-surge", 9, targets=(9,), over=False)
    cache, changes = run(globally(0), surge(1, 1, over=False), burst(2, 2), cluster("K", 3, (3,)), severe)
    by_rule = {i.rule: i for i in present(cache)}
    parent = by_rule["global-surge"].incident_id
    assert by_rule["target-surge"].suppressed_by == f"parent:{parent}"
    assert {
        by_rule[r].incident_id for r in ("global-surge", "first-burst", "coordinated-attack", "first-surge")
    } == set(due(changes))


def test_it_pages_again_when_it_has_doubled() -> None:
    versions = [
        replace(globally(minutes, ratio), version=n)
        for n, (minutes, ratio) in enumerate([(0, 4.0), (5, 7.9), (10, 8.1)], 1)
    ]
    _, changes = run(*versions)
    again = [event.detail["again"] for event in changes.events if event.event == "due"]
    assert again == [0, 1]


def test_series_that_rise_with_it_are_part_of_it() -> None:
    language = finding(
        "surge", "ja", "series-surge", 1, over=False, subject_kind="series", series="language ja", ratio=9.0
    )
    cache, _ = run(language, globally(30))
    (incident,) = present(cache)
    assert (incident.subject, incident.severity) == ("g", "critical")
    assert '"language ja": 9.0' in incident.evidence


def test_what_it_held_back_is_free_when_it_ends() -> None:
    ended = replace(globally(60), version=2, ends_at=at(60))
    cache, changes = run(globally(0), surge(1, 1, over=False), ended, until=60 + 6 * 60)
    child = next(i for i in present(cache) if i.kind == "attack")
    assert child.suppressed_by is None
    assert child.parent_id is not None
    assert [e.event for e in changes.events if e.incident_id == child.incident_id] == [
        "opened",
        "suppressed",
        "released",
    ]


def test_what_somebody_has_taken_takes_in_the_others() -> None:
    running = engine()
    running.run([burst(1, 0), burst(2, 5)], at(6), at(6))
    second = next(i for i in running.cache.incidents.values() if i.opened_at == at(5))
    running.cache.incidents[second.incident_id] = replace(second, state="acknowledged", owner="ada")
    running.run([cluster("K", 8, (1, 2))], at(9), at(9))
    (present_one,) = present(running.cache)
    assert (present_one.incident_id, present_one.owner) == (second.incident_id, "ada")


def test_quiet_ends_it_and_what_follows_soon_reopens_it() -> None:
    cache, changes = run(burst(1, 0), surge(1, 20 * 60), until=21 * 60)
    (incident,) = present(cache)
    assert (incident.state, incident.reopenings) == ("open", 1)
    resolved = next(e for e in changes.events if e.event == "resolved")
    assert (resolved.happened_at, resolved.actor, resolved.detail["disposition"]) == (at(6 * 60), "veille", None)


def test_after_the_cooldown_it_is_another_incident() -> None:
    cache, _ = run(burst(1, 0), surge(1, 40 * 60), until=41 * 60)
    assert len(present(cache)) == 2


def test_flags_of_one_target_within_a_week_are_one_incident_and_one_page() -> None:
    day = 24 * 60
    flags = [finding("minors", f"m{n}", "minor-flag", n * 5 * day, targets=(1,), requests=1) for n in range(3)]
    cache, changes = run(*flags, until=11 * day)
    (incident,) = present(cache)
    assert due(changes) == [incident.incident_id]
    assert incident.requests == 3
