"""What numbers of the pages of one target and one account mean."""

from typing import Any

from tests.consistency.cell import OUTCOMES, Cell, Second, stepped


def _ever(side: str) -> Second:
    """Requests of all time in which the person is the `side`."""
    return lambda cell: cell.truth.value("requests", **{side: cell.page.url["account"]})


def _person(meaning: str, **fixed: Any) -> Second:
    """Of the person that the page is about, in its period."""
    return lambda cell: cell.truth.value(meaning, cell.page.since, cell.page.until, **_side(cell), **fixed)


def _side(cell: Cell) -> dict[str, str]:
    """The one whom the page is about, as target or as account."""
    return {f"{side}_id": cell.page.url[side] for side in ("target", "account") if side in cell.page.url}


def _about(cell: Cell) -> dict[str, str]:
    return {"target_id": str(cell.row["target_id"])}


def _common(cell: Cell) -> Any:
    """Targets of the period that both accounts asked about."""
    one = (
        "SELECT DISTINCT target_id FROM asked WHERE NOT is_self AND target_id IS NOT NULL AND occurred_at >= $since::TIMESTAMP"
        " AND occurred_at < $until::TIMESTAMP AND account_id = $"
    )
    return cell.truth.one(
        f"SELECT count(*) FROM ({one}account INTERSECT {one}other)",
        account=cell.page.url["account"], other=str(cell.row["account_id"]), since=cell.page.since, until=cell.page.until,
    )  # fmt: skip


_MEMBERS = "SELECT count(*) FROM v.cluster_members WHERE cluster_id = $c AND standing"

PERSON: dict[str, dict[str, Second]] = {
    "person_outcomes": {"requests": _person("requests"), **{n: _person("requests", outcome=o) for n, o in OUTCOMES.items()}},
    "person_timeline": {
        "requests": lambda c: c.truth.value("requests", *stepped(c), **_side(c), outcome=c.row["series"]),
        "sum of requests": _person("requests"),
    },
    "accounts_one": {
        "requests": _person("requests"), "targets": _person("targets"), "self_requests": _person("requests about oneself"),
        "ever": _ever("account_id"), "asked_about": _ever("target_id"),
    },
    "accounts_targets": {
        "requests": lambda c: _person("requests", **_about(c))(c),
        "accounts": lambda c: c.truth.value("accounts", c.page.since, c.page.until, **_about(c)),
        "found": _person("targets"),
    },
    "accounts_partners": {"targets": _common},
    "accounts_clusters": {
        "accounts": lambda c: c.truth.one(_MEMBERS, c=c.row["cluster_id"]),
    },
}  # fmt: skip
