"""What each number of a page means: (query, column) → how it is computed a second time. A number that is not here fails the suite."""

from datetime import timedelta
from typing import Any

from dashboards.statistics import wilson
from tests.consistency.cell import OUTCOMES, Cell, NotAloneError, Second, stepped
from tests.consistency.person import PERSON
from tests.consistency.situation import SITUATION, SITUATION_RATE


def _counted(meaning: str, **fixed: Any) -> Second:
    """Of the page's period and filters."""
    return lambda cell: cell.truth.value(meaning, *cell.page.period(cell.row), **cell.page.counted, **fixed)


def _compared(meaning: str) -> Second:
    """As `_counted`; a period before the data is not asked for."""

    def second(cell: Cell) -> float | None:
        asked = cell.parameters
        if cell.row["period"] == "before" and asked["before_since"] == asked["before_until"]:
            raise NotAloneError
        return _counted(meaning)(cell)

    return second


def _made(meaning: str) -> Second:
    """Of the page's period; images carry no class."""
    return lambda cell: cell.truth.value(meaning, *cell.page.period(cell.row))


def _end(place: int) -> Second:
    """An end of the 95 % Wilson interval of the answered rate."""

    def second(cell: Cell) -> float | None:
        n = cell.truth.value("decided requests", *cell.page.period(cell.row), **cell.page.counted)
        hits = cell.truth.value("requests", *cell.page.period(cell.row), **cell.page.counted, outcome="fulfilled")
        return wilson(int(hits or 0), int(n))[place] if n else None

    return second


def _stepped(meaning: str, series: str | None = None, **fixed: Any) -> Second:
    """Of one step of the page's period. series: the filter that the row's series is a value of."""

    def second(cell: Cell) -> float | None:
        filters = {series: cell.row["series"]} if series else {}
        return cell.truth.value(meaning, *stepped(cell), **{**cell.page.counted, **filters, **fixed})

    return second


def _explored(meaning: str, **fixed: Any) -> Second:
    """Of one value of Explore's breakdown in one step; the rest together: all less those that have a name, which only sums allow."""

    def second(cell: Cell) -> float | None:
        if cell.row["rest"]:
            raise NotAloneError
        kind = cell.parameters["breakdown"]
        filters = {} if kind == "none" else {kind: cell.row["series"]}
        counted = {} if meaning == "images" else cell.page.counted
        return cell.truth.value(meaning, *stepped(cell), **{**counted, **filters, **fixed})

    return second


def _people(cell: Cell) -> float | None:
    return _explored(cell.parameters["who"])(cell)


def _language(cell: Cell) -> float | None:
    """Of one language; the rest together have no second computation."""
    if cell.row["language"] == "other":
        raise NotAloneError
    return cell.truth.value(
        "requests", cell.page.since, cell.page.until, **cell.page.counted, language=cell.row["language"]
    )


def _hours(meaning: str, **fixed: Any) -> Second:
    """Of one hour of the week in the zone of the page."""

    def second(cell: Cell) -> float | None:
        of_week = {"weekday": cell.row["weekday"], "hour_of_day": cell.row["hour_of_day"], "zone": cell.page.zone}
        return cell.truth.value(meaning, cell.page.since, cell.page.until, **cell.page.counted, **of_week, **fixed)

    return second


def _such_hours(cell: Cell) -> int:
    at, n = cell.page.since + timedelta(seconds=cell.page.zone), 0
    while at < cell.page.until + timedelta(seconds=cell.page.zone):
        n += (at.isoweekday(), at.hour) == (cell.row["weekday"], cell.row["hour_of_day"])
        at += timedelta(hours=1)
    return n


def _about(meaning: str, *, of_class: bool = True, **fixed: Any) -> Second:
    """About the target of the row, or of the page."""

    def second(cell: Cell) -> float | None:
        target = str(cell.row.get("target_id") or cell.page.url["target"])
        counted = cell.page.counted if of_class else {}
        return cell.truth.value(meaning, cell.page.since, cell.page.until, target_id=target, **counted, **fixed)

    return second


def _about_recently(length: timedelta, *, inside: bool) -> Second:
    """Requests about the target since `length` before the present of the view. inside: of the period only."""

    def second(cell: Cell) -> float | None:
        target = str(cell.row.get("target_id") or cell.page.url["target"])
        since = cell.parameters["at"] - length
        if inside:
            return cell.truth.value(
                "requests", max(since, cell.page.since), cell.page.until, target_id=target, **cell.page.counted
            )
        return cell.truth.value("requests", since, None, target_id=target)

    return second


def _asked_by(meaning: str) -> Second:
    def second(cell: Cell) -> float | None:
        return cell.truth.value(
            meaning,
            cell.page.since,
            cell.page.until,
            target_id=cell.page.url["target"],
            account_id=str(cell.row["account_id"]),
        )

    return second


def _others(cell: Cell) -> float:
    every = cell.truth.value("targets", cell.page.since, cell.page.until, account_id=str(cell.row["account_id"]))
    return (every or 0) - 1


_SHOWN_AS = {"requests": ("observed", "amount", "requests"), "accounts": ("accounts",)}


def _finding(what: str) -> Second:
    """Events or accounts of a surge or drop, over its own period."""

    def second(cell: Cell) -> float | None:
        identity = next(
            cell.row[name] for name in ("surge_id", "mark_id", "found_id", "finding_id") if name in cell.row
        )
        one = cell.truth.finding(identity)
        series = one["series_kind"], one["series_key"], one["target_id"]
        counted = cell.truth.series(what, *series, one["since"], one["until"])
        if series[0] != "target":
            return counted
        # The detector goes on counting in the quiet hour that closes a surge of one target, after its `closed_at`.
        late = cell.truth.series(what, *series, one["since"], one["decided_at"])
        return late if late in (cell.row.get(name) for name in _SHOWN_AS[what]) else counted

    return second


def _surge_step(what: str) -> Second:
    def second(cell: Cell) -> float | None:
        one = cell.truth.finding(cell.page.url["surge"])
        since = cell.row["at"]
        until = min(since + timedelta(seconds=cell.parameters["step_seconds"]), cell.parameters["until"])
        since = max(since, cell.parameters["since"])
        return cell.truth.series(what, one["series_kind"], one["series_key"], one["target_id"], since, until)

    return second


def _surges(text: str) -> Second:
    """How many findings of a sort opened in a period."""

    def second(cell: Cell) -> Any:
        table = "drops" if cell.row["finding"] == "drop" else "surges"
        length = cell.page.until - cell.page.since
        values = {"before": cell.page.since - length, "since": cell.page.since, "until": cell.page.until}
        return cell.truth.one(
            f"SELECT {text} FROM v.{table}", **{name: at for name, at in values.items() if f"${name}" in text}
        )

    return second


def _insistent(what: str) -> Second:
    def second(cell: Cell) -> float | None:
        since, until = cell.row["first_at"], cell.row["last_at"] + timedelta(microseconds=1)
        return cell.truth.value(
            what, since, until, target_id=str(cell.row["target_id"]), account_id=str(cell.row["account_id"])
        )

    return second


def _incident(what: str) -> Second:
    return lambda cell: cell.truth.incident(what, cell.row["incident_id"])


def _members(cell: Cell) -> Any:
    cluster = (
        cell.row.get("cluster_id") or cell.row.get("found_id") or cell.row.get("mark_id") or cell.page.url["cluster"]
    )
    return cell.truth.one("SELECT count(*) FROM v.cluster_members WHERE cluster_id = $c AND standing", c=cluster)


def _cluster_targets(cell: Cell) -> Any:
    cluster = cell.row.get("cluster_id") or cell.row.get("mark_id")
    return cell.truth.one("SELECT count(DISTINCT target_id) FROM v.cluster_targets WHERE cluster_id = $c", c=cluster)


def _clusters(cell: Cell) -> Any:
    text = (
        "SELECT count(*) FROM v.clusters WHERE tier = $tier AND verdict = $verdict AND born_at < $until::TIMESTAMP"
        " AND last_active_at >= $since::TIMESTAMP"
    )
    return cell.truth.one(
        text, tier=cell.row["tier"], verdict=cell.row["verdict"], since=cell.page.since, until=cell.page.until
    )


def _listed(text: str) -> Second:
    return lambda cell: cell.truth.one(text, since=cell.page.since, until=cell.page.until)


def _deviations(cell: Cell) -> float | None:
    """Surges or drops of the period, as the query was asked for."""
    view = {"up": "surges", "down": "drops"}[cell.parameters["direction"]]
    return _listed(
        f"SELECT count(*) FROM v.{view} WHERE opened_at < $until::TIMESTAMP AND coalesce(closed_at, 'infinity') >= $since::TIMESTAMP"
    )(cell)


def _by_lane(column: str) -> Second:
    """A mark: of a surge its events and accounts, of a cluster its targets and members."""

    def second(cell: Cell) -> Any:
        if cell.row["lane"] == "surge":
            return _finding("requests" if column == "amount" else "accounts")(cell)
        if cell.row["lane"] == "annotation":
            return None
        return _cluster_targets(cell) if column == "amount" else _members(cell)

    return second


def _open(cell: Cell) -> Any:
    sort = cell.row["sort"]
    if sort == "surge":
        return _finding("requests")(cell)
    return _members(cell) if sort == "cluster" else cell.truth.incident("requests", cell.row["found_id"])


def _by_finding(what: str) -> Second:
    """Of a finding of an incident."""

    def second(cell: Cell) -> Any:
        if cell.row["finding_kind"] in ("surge", "drop"):
            return _finding(what)(cell)
        raise NotAloneError

    return second


def _in_all(table: str) -> Second:
    return lambda cell: cell.truth.one(f"SELECT count(*) FROM v.{table}")


_TARGET_PERIOD = {
    "requests": _about("requests"),
    "accounts": _about("accounts"),
    "hours": _about("hours with a request"),
    "attacks": _about("hours of attack"),
}
_ANSWERS = {name: _counted("requests", outcome=outcome) for name, outcome in OUTCOMES.items()}

DECLARED: dict[str, dict[str, Second]] = {
    "headline": {
        "requests": _counted("requests"), **_ANSWERS, "self_requests": _counted("requests about oneself"),
        "answered_rate": _counted("answered rate"),
        "rate_min": _counted("least answered rate"), "rate_max": _counted("greatest answered rate"),
        "low": _end(0), "high": _end(1), "decided of fulfilled": _counted("decided requests"),
    },
    **PERSON,
    "situation": SITUATION,
    "situation_rate": SITUATION_RATE,
    "production": {
        "images": _made("images"), "partial": _made("images in part"), "sexualised": _made("sexualised images"),
        "linked": _made("images answering"), "videos": _made("videos"),
    },
    "targets": {"targets": _compared("targets"), "low": _compared("targets"), "high": _compared("targets")},
    "languages": {
        "requests": _language,
        "share": lambda c: (_language(c) or 0) / max(c.truth.value("requests", c.page.since, c.page.until, **c.page.counted) or 0, 1),
    },
    "unstated": {"requests": lambda c: c.truth.value("requests", c.page.since, c.page.until, request_class="unknown")},
    "volume_by_outcome": {"requests": _stepped("requests", "outcome"), "sum of requests": _counted("requests")},
    "volume_by_class": {
        "requests": lambda c: c.truth.value("requests", *stepped(c), request_class=c.row["series"]),
        "sum of requests": lambda c: c.truth.value("requests", c.page.since, c.page.until),
    },
    "marks": {"amount": _by_lane("amount"), "accounts": _by_lane("accounts")},
    "open_now": {"amount": _open},
    "explore_requests": {"requests": _explored("requests"), **{n: _explored("requests", outcome=o) for n, o in OUTCOMES.items()},
                         "cases": _counted("requests")},
    "explore_people": {"people": _people},
    "explore_images": {"images": _explored("images"), "cases": _made("images")},
    "explore_heat": {"requests": _hours("requests"),
                     **{n: _hours("requests", outcome=o) for n, o in OUTCOMES.items()}, "hours": _such_hours,
                     "cases": _counted("requests")},
    "targets_totals": {
        "targets": _counted("targets"), "requests": _counted("requests about somebody"),
        "first_time": _counted("targets never asked about before"),
        "repeated": _counted("targets attacked twice"), "answered": _counted("targets answered"),
    },
    "targets_list": {
        **_TARGET_PERIOD, "fulfilled": _about("requests ever fulfilled"), "last_hour": _about_recently(timedelta(hours=1), inside=True),
    },
    "targets_one": {
        **_TARGET_PERIOD, "self_requests": _about("requests about oneself"),
        "ever": lambda c: c.truth.value("requests", target_id=c.page.url["target"]),
        "asks": lambda c: c.truth.value("requests", account_id=c.page.url["target"]),
        "last_hour": _about_recently(timedelta(hours=1), inside=False), "last_day": _about_recently(timedelta(days=1), inside=False),
    },
    "targets_askers": {"requests": _asked_by("requests"), "other_targets": _others, "found": _about("accounts")},
    "targets_surges": {"observed": _finding("requests"), "accounts": _finding("accounts")},
    "surges_counts": {
        "opened": _surges("count(*) FILTER (opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP)"),
        "earlier": _surges("count(*) FILTER (opened_at >= $before::TIMESTAMP AND opened_at < $since::TIMESTAMP)"),
        "open_now": _surges("count(*) FILTER (closed_at IS NULL)"),
        "targets": _surges("count(DISTINCT target_id) FILTER (opened_at >= $since::TIMESTAMP AND opened_at < $until::TIMESTAMP)"),
    },
    "surges_list": {"observed": _finding("requests"), "accounts": _finding("accounts"), "found": _deviations},
    "surges_one": {"observed": _finding("requests"), "accounts": _finding("accounts")},
    "surges_observed": {"events": _surge_step("requests"), "accounts": _surge_step("accounts")},
    "surges_insistent": {"requests": _insistent("requests"), "found": lambda c: c.truth.one(
        "SELECT count(*) FROM v.insistent_accounts WHERE first_at < $until::TIMESTAMP AND last_at >= $since::TIMESTAMP"
        " AND coalesce(target_id = $target::UUID, true)", since=c.page.since, until=c.page.until, target=c.page.url.get("target"))},
    "clusters_counts": {"clusters": _clusters},
    "clusters_list": {"accounts": _members, "targets": _cluster_targets, "found": _listed(
        "SELECT count(*) FROM v.clusters WHERE born_at < $until::TIMESTAMP AND last_active_at >= $since::TIMESTAMP")},
    "clusters_one": {"accounts": _members, "targets": _cluster_targets},
    "incidents_list": {"requests": _incident("requests"), "accounts": _incident("accounts")},
    "incidents_one": {"requests": _incident("requests"), "accounts": _incident("accounts")},
    "incidents_findings": {"requests": _by_finding("requests"), "accounts": _by_finding("accounts")},
    "status": {"mentions": _in_all("mentions"), "generations": _in_all("generations"), "moderations": _in_all("moderations")},
    "": {
        "events_held": lambda c: c.truth.one(
            "SELECT (SELECT count(*) FROM v.mentions) + (SELECT count(*) FROM v.generations) + (SELECT count(*) FROM v.moderations)"),
        "mentions_held": _in_all("mentions"),
    },
}  # fmt: skip
"""Query → number → its second computation. `sum of x`, `decided of x`, `cases`: what a page computes of all rows, or of a row."""
