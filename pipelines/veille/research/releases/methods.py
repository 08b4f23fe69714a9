"""What goes with the numbers of a release: how they were made, and what they mean."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from veille import __version__
from veille.research.releases.protect import ALL, MINIMUM, REST, ROUNDING
from veille.research.releases.released import ReleaseEntry
from veille.research.releases.tables import MEANINGS, TABLES

_METHODS = """# How this data set was made

Public requests to AI image generators and what was made, {since} to {until} (excluded), days in UTC.
Made {made_at}Z by Veille {version} from data as of {as_of} (ingest time).
{warnings}
## What is counted

Each event counts on the day on which it happened. Requests of an account about itself are left out everywhere.
Class, language, gender and content are as declared by their sources, never inferred here; the unknown stay visible.
A request is not yet abuse: say which class you count. The final answer of a request is the latest one known when this
was made. Nothing about possible minors is released.

## What was collected

Numbers are of what was collected. A change in this list is a change of the collector, not of the world
(`collections.csv`):

{collections}

## How people are protected

- A cell with fewer than {minimum} distinct targets or fewer than {minimum} distinct accounts is suppressed, and so is one of
  which a single target is above half.
- All other numbers are rounded to the nearest {rounding}, each on its own: sums of rounded numbers differ from rounded sums.
- Suppressed cells cannot be had by subtraction: further cells are suppressed until what is hidden below a published
  sum is itself a group that meets the rules above; it is shown as one row `{rest}`. Below a suppressed cell everything
  is suppressed.
- Tables share no sums but those of a request class (`{all}`), which they show alike. No two releases overlap, unless
  said above.
- There are no ids, no text, no times finer than a day, and no quantiles or extremes.

## Tables

{tables}

Answered rate = fulfilled / (fulfilled + partial + refused). Answers that nobody has judged are `unknown`:
give the rate with its bounds, fulfilled / (fulfilled + partial + refused + unknown) and (fulfilled + unknown) /
(fulfilled + partial + refused + unknown). From rounded numbers it is off by a few parts in the
hundred for small cells: give no interval narrower than that. `sha256sum -c SHA256SUMS` checks the files.
"""
_DICTIONARY = """# Columns

`{all}` in a key: the sum over it. `{rest}`: what is suppressed below this sum, together. Each table comes as CSV (text in
quotes, empty is null) and as Parquet.
"""


def methods(entry: ReleaseEntry, collections: pl.DataFrame, simulated: bool) -> str:
    """The methods note, Markdown."""
    warnings = "\n**Some or all events are simulated.**\n" if simulated else ""
    if entry.despite:
        warnings += f"\nIt overlaps an earlier release; the reason given: {entry.despite}\n"
    return _METHODS.format(
        since=entry.since[:10],
        until=entry.until[:10],
        made_at=entry.made_at[:19],
        version=__version__,
        as_of=f"{entry.as_of[:19]}Z" if entry.as_of else "before the first event",
        warnings=warnings,
        collections="\n".join(map(_collection, collections.iter_rows(named=True))) or "- nothing",
        minimum=MINIMUM,
        rounding=ROUNDING,
        rest=REST,
        all=ALL,
        tables="\n".join(f"- `{table.name}`: {table.title}." for table in TABLES),
    )


def dictionary(frames: Mapping[str, pl.DataFrame]) -> str:
    """Every column of every table, Markdown."""
    return _DICTIONARY.format(all=ALL, rest=REST) + "".join(f"{line}\n" for line in _columns(frames))


def _collection(row: Mapping[str, Any]) -> str:
    chance = row["sampling_probability"]
    kept = "sampling not stated" if chance is None else f"each event kept with probability {chance}"
    name = row["collection_id"] or "unnamed collection"
    return f"- {row['event_type']}s, {row['platform']}, {name}: {row['hours_covered']} of {row['hours']} hours, {kept}"


def _columns(frames: Mapping[str, pl.DataFrame]) -> Iterator[str]:
    for name, frame in frames.items():
        yield from ("", f"## {name}", "", "| column | type | meaning |", "|---|---|---|")
        yield from (f"| `{column}` | {kind} | {MEANINGS[column]} |" for column, kind in frame.schema.items())
