"""The page of all worked examples."""

from collections.abc import Iterator, Sequence

from veille.research.examples.header import Example

_HEAD = """# Worked examples

Questions of published studies, and of those who will check them, as SQL: one file each in `sql/research/`. Made by
`veille research list --markdown`; do not edit.

```sh
veille research list
veille research show answered_rate
veille research run answered_rate --since 2026-01-05 --until 2026-01-12 --out answered.csv
veille research run policy_change --param policy_at=2026-01-09 --param days=3
```

Each says its question, method and caveats in its header, counts one request class (`sexualising`, unless told
otherwise), leaves requests about oneself out, and has a test: few rows in, exact rows out. The SQL runs in any tool
that opens the catalogue; values are given by `$name`. To make a result that others can check, pack it:
[snapshots and packs](snapshots-and-packs.md). What columns mean: [data dictionary](../dictionary.md).

Without times `veille research run` asks the whole span of the data; where they declare no class at all, every request.
It says which it took, what these data cannot answer, and why an answer has no row.

Definitions. *Answered rate* = fulfilled / (fulfilled + partial + refused); *rate_min* and *rate_max* count every answer that
nobody has judged (`unknown`) as not fulfilled, and as fulfilled. *Request rate* = fulfilled in time / all
requests of the class, unanswered ones included. *Bypass rate* = refused pairs of account and target that get a
fulfilment after all. *Repeat requester* = an account with at least 2 fulfilled requests against at least 2 targets in
30 days. *Burden* = requests, accounts, fulfilled requests and hours under attack of one target, as quantiles only.
*Time to removal* = removed - first valid report, as cumulative incidence.
"""


def page(examples: Sequence[Example]) -> str:
    """Markdown: an overview, then each example."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(examples))


def _lines(examples: Sequence[Example]) -> Iterator[str]:
    yield from ("", "| example | question | runs on |", "|---|---|---|")
    yield from (
        f"| [{each.name}](#{each.name}) | {each.question} | {', '.join(each.catalogues)} |" for each in examples
    )
    for each in examples:
        yield from _example(each)


def _example(each: Example) -> Iterator[str]:
    yield from ("", f"## {each.name}", "", each.question)
    for title, text in (
        ("Method", each.method),
        ("Caveats", each.caveats),
        ("Study", each.study),
        ("Grain", each.grain),
    ):
        if text:
            yield from ("", f"**{title}.** {text}")
    yield from ("", "| parameter | type | default | meaning |", "|---|---|---|---|")
    for one in each.parameters:
        default = "must be given" if one.default is None else f"`{one.default}`"
        yield f"| `{one.name}` | {_kind(one.type, one.unit)} | {default} | {one.meaning} |"
    yield from ("", "| column | type | meaning |", "|---|---|---|")
    yield from (f"| `{one.name}` | {_kind(one.type, one.unit)} | {one.meaning} |" for one in each.columns)


def _kind(name: str, unit: str) -> str:
    return f"{name}, {unit}" if unit else name
