"""Which cells of a table may leave the house, and how exact.

A table is a tree: each cell splits into the cells one key further down, and a cell's amount is the sum of theirs. Rules:

1. A cell is unsafe under MINIMUM distinct targets or accounts, or with one target above half of its amount.
2. What is published must not give an unsafe cell by subtraction. All that is hidden below one published cell can be subtracted out
   together, and nothing finer; so hidden cells are joined by the smallest safe ones until together they are certainly safe (their
   largest members have enough targets and accounts, and even if every top target were the same one it would not pass half).
3. Below a hidden cell everything is hidden.
4. Every published number is rounded to the nearest ROUNDING on its own.

Pure: a frame in, a frame out. See Hundepool et al., Statistical Disclosure Control (2012), chapter 4, for primary and
secondary suppression; the threshold and the dominance rule are Veille's (docs/research/releases.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

MINIMUM = 8
ROUNDING = 5
REST = "(rest)"
ALL = "(all)"

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Exact figures of a cell."""

    amount: int
    accounts: int
    targets: int
    top_target: int

    @property
    def safe(self) -> bool:
        return safe([self])


def safe(cells: Sequence[Cell]) -> bool:
    """Whether cells taken together are certainly safe, from the figures of each alone."""
    return (
        max(cell.targets for cell in cells) >= MINIMUM
        and max(cell.accounts for cell in cells) >= MINIMUM
        and 2 * sum(cell.top_target for cell in cells) <= sum(cell.amount for cell in cells)
    )


def protect(cells: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """The publishable part of a table.

    cells: depth (0 to len(keys) - 1), the keys (null below the depth), amount, accounts, targets, top_target; one row a cell
    of every depth. Returns the keys ("(all)" below the depth; "(rest)" for hidden cells together), amount, accounts and
    targets, rounded; accounts and targets are null for the rest. Ordered by depth, then keys.
    """
    exact = _exact(cells, keys)
    shown = published(exact)
    rows = [_row(key, exact[key], len(keys)) for key in shown]
    rows += [_rest(parent, hidden, len(keys)) for parent, hidden in _rests(exact, shown)]
    schema = {**dict.fromkeys(keys, pl.String), "amount": pl.Int64, "accounts": pl.Int64, "targets": pl.Int64}
    rows.sort(key=lambda row: (row[: len(keys)].count(ALL) * -1, row[: len(keys)]))
    return pl.DataFrame(rows, schema=schema, orient="row")


def published(exact: Mapping[Key, Cell]) -> set[Key]:
    """Keys of the cells that may be published."""
    children = _children(exact)
    shown: set[Key] = set()
    waiting: list[Key] = [key for key in exact if len(key) == 1 and exact[key].safe]  # roots share no published sum
    while waiting:
        key = waiting.pop()
        shown.add(key)
        waiting += _shown_children(children.get(key, []), exact)
    return shown


def _shown_children(siblings: Sequence[Key], exact: Mapping[Key, Cell]) -> list[Key]:
    """Siblings that stay after primary and secondary suppression."""
    hidden = [key for key in siblings if not exact[key].safe]
    rest = sorted((key for key in siblings if exact[key].safe), key=lambda key: (exact[key].amount, key))
    while hidden and rest and not safe([exact[key] for key in hidden]):
        hidden.append(rest.pop(0))
    return rest


def _rests(exact: Mapping[Key, Cell], shown: set[Key]) -> Iterator[tuple[Key, list[Cell]]]:
    """What is hidden below each published cell that has a published part besides."""
    for parent, keys in _children(exact).items():
        hidden = [exact[key] for key in keys if key not in shown]
        if parent in shown and hidden and len(hidden) < len(keys):
            yield parent, hidden


def _exact(cells: pl.DataFrame, keys: Sequence[str]) -> dict[Key, Cell]:
    figures = ("amount", "accounts", "targets", "top_target")
    return {
        tuple(str(row[name]) for name in keys[: row["depth"] + 1]): Cell(*(row[name] for name in figures))
        for row in cells.iter_rows(named=True)
    }


def _children(exact: Mapping[Key, Cell]) -> dict[Key, list[Key]]:
    found: dict[Key, list[Key]] = {}
    for key in sorted(exact):
        if len(key) > 1:
            found.setdefault(key[:-1], []).append(key)
    return found


def _row(key: Key, cell: Cell, width: int) -> tuple[str | int | None, ...]:
    return (*key, *[ALL] * (width - len(key)), *map(rounded, (cell.amount, cell.accounts, cell.targets)))


def _rest(parent: Key, hidden: Sequence[Cell], width: int) -> tuple[str | int | None, ...]:
    key = (*parent, REST)
    return (*key, *[ALL] * (width - len(key)), rounded(sum(cell.amount for cell in hidden)), None, None)


def rounded(number: int) -> int:
    """To the nearest ROUNDING."""
    return (number + ROUNDING // 2) // ROUNDING * ROUNDING
