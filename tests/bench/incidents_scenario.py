"""Incidents on five simulated weeks with known truth: pages per shift, precision, recall, delay, with and without grouping.

Simulates grok-winter-2026, replays it (ingest, detectors, incidents) and holds the pages that were due against the truth
files. INCIDENTS_FOLDER names a folder to keep and use again. Counted by incident, before the page budget; minor flags,
a queue of their own, are counted apart.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from tests.bench.incidents_titles import disagreeing
from tests.bench.incidents_truth import GRACE, Attack, Case, attacks, cases, first_page, pseudonym
from tests.bench.report import line
from tests.consistency.truth import Truth
from veille.config import RULES, Settings
from veille.incidents.backtest import simulate, stored
from veille.incidents.cache import Changes
from veille.incidents.counting import Counting
from veille.incidents.model import Finding, rank
from veille.incidents.policy import Policy
from veille.privacy import Pseudonymiser, load_key
from veille.store.database import Database

SCENARIO = "grok-winter-2026"
MINUTE = 60.0


def main() -> None:
    kept = os.environ.get("INCIDENTS_FOLDER")
    if kept:
        _measure(Path(kept))
        return
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder))


def _measure(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    _prepare(folder, settings)
    key = load_key(settings.key_file)
    names = Pseudonymiser(key)
    planted = attacks(folder / "events/truth/attacks.csv", names)
    policy = Policy(settings.incidents)
    until = max(attack.end for attack in planted) + timedelta(days=2)
    database = Database(settings.database, settings.store, key)
    try:
        findings = stored(database, policy, until)
        events = Counting(database)
        events.begin(findings)
        changes = simulate(policy, findings, until, events)
    finally:
        database.close()
    found = cases(changes)
    _grouping(findings, found, policy, until)
    _precision(found, planted)
    _recall(found, planted)
    _minors(changes, folder / "events/truth/minor_flags.csv", names)
    _titles(changes, Truth(settings.data_dir))


def _prepare(folder: Path, settings: Settings) -> None:
    """Simulate and replay, unless that was done before."""
    if not (folder / "events").exists():
        _veille("simulate", SCENARIO, "--out", str(folder / "events"))
    if not settings.database.exists():
        _veille("replay", str(folder / "events"), "--data-dir", str(settings.data_dir))


def _veille(*words: str) -> None:
    command = [sys.executable, "-c", "from veille.cli import main; main()", *words]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


# -- pages per shift -----------------------------------------------------------


def _grouping(findings: Sequence[Finding], found: Sequence[Case], policy: Policy, until: datetime) -> None:
    since = min(finding.decided_at for finding in findings)
    shifts = -(-(until - policy.shift(since)) // timedelta(hours=policy.settings.shift_hours))
    due = [(e.happened_at, e.severity) for case in found if case.incident.rota == "abuse" for e in case.pages]
    _shifts("without grouping and inhibition", _ungrouped(findings, policy), policy, shifts, judged=False)
    _shifts("with", due, policy, shifts, judged=True)
    opened = Counter(case.incident.rule for case in found)
    line("incidents by rule", ", ".join(f"{rule} {count}" for rule, count in opened.most_common()))


def _ungrouped(findings: Iterable[Finding], policy: Policy) -> list[tuple[datetime, str]]:
    """A page for each finding as soon as its rule pages, and again when it becomes graver."""
    reached: dict[tuple[str, str], int] = {}
    pages = []
    for finding in sorted(findings, key=lambda f: (f.decided_at, f.kind, f.finding_id, f.version)):
        severity = policy.severity(finding.rule)
        new = rank(severity) > reached.get(finding.key, -1)
        if new and policy.pages(severity) and RULES[finding.rule].rota == "abuse":
            pages.append((finding.decided_at, str(severity)))
        reached[finding.key] = max(rank(severity), reached.get(finding.key, -1))
    return pages


def _shifts(name: str, pages: Sequence[tuple[datetime, str]], policy: Policy, shifts: int, *, judged: bool) -> None:
    """Pages of the rota abuse in each shift; shifts without any count too."""
    per = {
        word: np.pad(
            np.array(sorted(Counter(policy.shift(at) for at, s in pages if (s == "critical") == grave).values())),
            (shifts, 0),
        )[-shifts:]
        for word, grave in (("critical", True), ("other", False))
    }
    for word, counts in per.items():
        figure = f"{counts.sum()} pages, per shift mean {counts.mean():.2f}, p90 {np.quantile(counts, 0.9):.0f}, max {counts.max()}"
        line(f"{name}: {word}", figure, beside=f"{shifts} shifts")
    if judged:
        quiet = float((per["other"] <= policy.settings.page_budget).mean())
        line("shifts with at most 2 non-critical pages", f"{quiet:.1%}", target="≥ 90 %", met=quiet >= 0.9)


# -- against the truth ------------------------------------------------------------


def _precision(found: Sequence[Case], planted: Sequence[Attack]) -> None:
    paged = [c for c in found if c.incident.rota == "abuse" and any(e.severity == "critical" for e in c.pages)]
    for rule in ("first-time-target", "coordinated-attack", "global-surge", None):
        chosen = [c for c in paged if rule in (None, c.incident.rule)]
        true = sum(any(a.critical and c.covers(a) for a in planted) for c in chosen)
        some = sum(any(c.covers(a) for a in planted) for c in chosen)
        share = true / max(len(chosen), 1)
        figure = f"{share:.3f} ({true} of {len(chosen)}; of a planted attack of any kind {some})"
        goal = {"target": "≥ 0.8", "met": share >= 0.8} if rule is None else {}
        line(f"precision of critical incidents: {rule or 'all'}", figure, **goal)  # type: ignore[arg-type]
    pages = [(c, e.happened_at) for c in paged for e in c.pages if e.severity == "critical"]
    true = sum(any(a.critical and c.covers(a) and a.onset <= at <= a.end + GRACE for a in planted) for c, at in pages)
    share = true / max(len(pages), 1)
    line("precision of critical pages", f"{share:.3f} ({true} of {len(pages)})", target="≥ 0.8", met=share >= 0.8)


def _recall(found: Sequence[Case], planted: Sequence[Attack]) -> None:
    surge = next(a for a in planted if a.target is None)
    critical = [a for a in planted if a.critical]
    first = [a for a in planted if a.first_time]
    during = [a for a in first if surge.onset <= a.onset < surge.end]
    _share("planted critical attacks that paged", critical, found, goal=0.95)
    for kind in sorted({a.kind for a in critical}):
        _share(f"… {kind}", [a for a in critical if a.kind == kind], found)
    _share("planted attacks on first-time targets that paged", first, found)
    _share("… while the surge of everything lasted", during, found)
    grave = [a for a in first if a.critical]
    _share("… the critical ones", grave, found)
    _share("… the critical ones while the surge of everything lasted", [a for a in grave if a in during], found)
    _delays("first-time targets, all planted", first, found)
    _delays("first-time targets, critical", grave, found, goal=10.0)
    _delays("… by the rule first_time_target", [a for a in grave if a.rule == "first_time_target"], found)
    _delays("all critical", critical, found)


def _share(what: str, chosen: Sequence[Attack], found: Sequence[Case], goal: float | None = None) -> None:
    any_page = sum(first_page(a, found) is not None for a in chosen)
    grave = sum(first_page(a, found, "critical") is not None for a in chosen)
    share = any_page / max(len(chosen), 1)
    soon = sum((at := first_page(a, found)) is not None and at <= a.onset + timedelta(hours=1) for a in chosen)
    beside = (
        f"as critical {grave / max(len(chosen), 1):.1%}, within an hour of the onset {soon / max(len(chosen), 1):.1%}"
    )
    verdict = {} if goal is None else {"target": f"≥ {goal:.0%}", "met": share >= goal}
    line(what, f"{share:.1%} ({any_page} of {len(chosen)})", beside=beside, **verdict)  # type: ignore[arg-type]


def _delays(what: str, chosen: Sequence[Attack], found: Sequence[Case], goal: float | None = None) -> None:
    """Minutes from onset to the first page; of those whose incident had paged before, none."""
    times = [(a, first_page(a, found)) for a in chosen]
    minutes = [(at - a.onset).total_seconds() / MINUTE for a, at in times if at is not None and at > a.onset]
    if not minutes:
        return
    p95 = float(np.quantile(minutes, 0.95))
    late = [
        (at - a.critical_at).total_seconds() / MINUTE
        for a in chosen
        if a.critical_at is not None and (at := first_page(a, found, "critical")) is not None
    ]
    beside = (
        f"critical page after the rule was met: median {np.median(late):.1f}, p95 {np.quantile(late, 0.95):.1f}"
        if late
        else ""
    )
    verdict = {} if goal is None else {"target": f"p95 ≤ {goal:.0f} min", "met": p95 <= goal}
    figure = f"median {np.median(minutes):.1f} min, p95 {p95:.1f} ({len(minutes)} attacks not paged before)"
    line(f"onset to page, {what}", figure, beside=beside, **verdict)  # type: ignore[arg-type]


def _minors(changes: Changes, file: Path, names: Pseudonymiser) -> None:
    flags = pl.read_csv(file, try_parse_dates=True)
    first = {
        pseudonym(names, target): at.replace(tzinfo=None)
        for target, at in flags.select("target_id", "first_at").iter_rows()
    }
    paged: dict[str, datetime] = {}
    ids = {link.incident_id: link.target_id for link in changes.targets if link.rota == "minors"}
    for event in changes.events:
        if event.event == "due" and event.incident_id in ids:
            paged.setdefault(ids[event.incident_id], event.happened_at)
    hit = len(first.keys() & paged.keys())
    delays = [(paged[t] - at).total_seconds() for t, at in first.items() if t in paged]
    pages = sum(event.event == "due" and event.rota == "minors" for event in changes.events)
    figure = f"{hit} of {len(first)} flagged targets paged, {len(paged) - hit} others, {pages} pages"
    line("minor flags", figure, beside=f"delay p95 {np.quantile(delays, 0.95) if delays else 0:.1f} s")


def _titles(changes: Changes, truth: Truth) -> None:
    wrong, total = disagreeing(changes, truth)
    share = 1 - len(wrong) / max(total, 1)
    figure = f"{share:.1%} ({total - len(wrong)} of {total})"
    line("titles whose counts are those of their events", figure, target="100 %", met=not wrong)
    for each in wrong[:5]:
        line("… such as", each)
