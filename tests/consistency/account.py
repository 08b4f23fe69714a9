"""What the numbers of the page of one account mean."""

from typing import Any

from tests.consistency.cell import OUTCOMES, Cell, Second, stepped


def _own(meaning: str, **fixed: Any) -> Second:
    """Of the account, in the page's period."""
    return lambda cell: cell.truth.value(
        meaning, cell.page.since, cell.page.until, account_id=cell.page.url["account"], **fixed
    )


def _ever(side: str) -> Second:
    """Requests of all time in which the person is the `side`."""
    return lambda cell: cell.truth.value("requests", **{side: cell.page.url["account"]})


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

ACCOUNT: dict[str, dict[str, Second]] = {
    "accounts_one": {
        "requests": _own("requests"), "targets": _own("targets"), "self_requests": _own("requests about oneself"),
        "ever": _ever("account_id"), "asked_about": _ever("target_id"),
    },
    "accounts_outcomes": {"requests": _own("requests"), **{n: _own("requests", outcome=o) for n, o in OUTCOMES.items()}},
    "accounts_timeline": {
        "requests": lambda c: c.truth.value("requests", *stepped(c), account_id=c.page.url["account"], outcome=c.row["series"]),
        "sum of requests": _own("requests"),
    },
    "accounts_targets": {
        "requests": lambda c: _own("requests", **_about(c))(c),
        "accounts": lambda c: c.truth.value("accounts", c.page.since, c.page.until, **_about(c)),
        "found": _own("targets"),
    },
    "accounts_partners": {"targets": _common},
    "accounts_clusters": {
        "accounts": lambda c: c.truth.one(_MEMBERS, c=c.row["cluster_id"]),
    },
}  # fmt: skip
