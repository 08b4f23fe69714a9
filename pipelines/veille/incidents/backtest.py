"""What a policy would have paged: the stored findings through an engine of its own. Writes nothing."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from veille import config
from veille.incidents.basis import EventCounts
from veille.incidents.cache import Changes, IncidentCache
from veille.incidents.engine import IncidentEngine
from veille.incidents.intake import Cursor, Intake, Reach
from veille.incidents.model import Finding, Incident, IncidentEvent, iso
from veille.incidents.policy import Policy
from veille.store.database import Database
from veille.times import naive, naive_now


@dataclass(frozen=True, slots=True, kw_only=True)
class PageBacktest:
    """Pages that would have been due in [since, until), before the page budget; `digested` of them are above it.

    per_shift: non-critical pages of each shift with any, by its beginning. quiet_shifts: share of shifts with at most
    `budget` non-critical pages. per_rule: pages by rule.
    """

    policy: str
    since: str
    until: str
    shifts: int
    incidents: int
    pages: int
    critical: int
    digested: int
    budget: int
    quiet_shifts: float
    per_rule: dict[str, int]
    per_rota: dict[str, int]
    per_shift: dict[str, int]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def backtest(
    database: Database, settings: config.IncidentSettings, since: datetime | None = None, until: datetime | None = None
) -> PageBacktest:
    """The pages of this policy over the stored findings, which are taken in from their beginning.

    Without since and until: from the first transition to the last.
    """
    policy = Policy(settings)
    end = naive(until) if until else naive_now()
    changes = simulate(policy, stored(database, policy, end), end)
    incidents = {incident.incident_id: incident for incident in changes.incidents}
    times = [event.happened_at for event in changes.events]
    start = naive(since) if since else min(times, default=end)
    end = end if until else max(times, default=end) + timedelta(seconds=1)
    return _counted(policy, [e for e in changes.events if start <= e.happened_at < end], incidents, start, end)


def stored(database: Database, policy: Policy, until: datetime) -> list[Finding]:
    """Everything found until then, as this policy sees it."""
    taken = Intake(database, policy, live=False).read(Cursor(), Reach(until))
    return [finding for finding in taken.found if finding.decided_at < until]


def simulate(
    policy: Policy, findings: Iterable[Finding], until: datetime, events: EventCounts | None = None
) -> Changes:
    """All that an engine with this policy would have written by then. events: where the figures are counted; pages need none."""
    return IncidentEngine(policy, IncidentCache(), live=False, events=events).run(findings, until, until)


def _counted(
    policy: Policy, events: list[IncidentEvent], incidents: dict[str, Incident], since: datetime, until: datetime
) -> PageBacktest:
    due = [event for event in events if event.event == "due"]
    calm = Counter(policy.shift(e.happened_at) for e in due if e.severity != "critical")
    length = timedelta(hours=policy.settings.shift_hours)
    first = policy.shift(since)
    shifts = max(1, -(-(until - first) // length))
    loud = sum(count > policy.settings.page_budget for count in calm.values())
    return PageBacktest(
        policy=policy.name,
        since=iso(since),
        until=iso(until),
        shifts=shifts,
        incidents=sum(event.event == "opened" for event in events),
        pages=len(due),
        critical=sum(event.severity == "critical" for event in due),
        digested=sum(event.event == "digested" for event in events),
        budget=policy.settings.page_budget,
        quiet_shifts=1 - loud / shifts,
        per_rule=dict(sorted(Counter(incidents[e.incident_id].rule for e in due).items())),
        per_rota=dict(sorted(Counter(e.rota for e in due).items())),
        per_shift={iso(shift): count for shift, count in sorted(calm.items())},
    )
