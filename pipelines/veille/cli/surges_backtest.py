"""`veille surges backtest`: what other settings would have found in the published events, beside the present ones."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, progress, say, settings
from veille.times import naive

if TYPE_CHECKING:
    import polars as pl

    from veille.config import Surges
    from veille.detection.surges.backtest import SurgeBacktest


def backtest(
    *,
    since: Annotated[datetime | None, typer.Option("--since", help="Start of the compared period (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--until", help="End of the period, exclusive (UTC).")] = None,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Setting of [surges] to test; repeatable."),
    ] = None,
    truth: Annotated[
        Path | None,
        typer.Option(
            "--truth", help="Ground truth: folder of `veille simulate`, or a CSV file with target_id, kind, onset, end."
        ),
    ] = None,
    data_dir: DataDir = None,
    as_json: JsonFlag = False,
) -> None:
    """Compare settings of surges on published events: what opens a day and, against a truth, what is found and missed.

    Nothing is written. Two weeks before --since are learned from, as far as there are events; without --since all is
    compared, and its first day opens nothing. Delays count from onset to the decision.

    Example: veille surges backtest --since 2026-01-10 --set q=0.001 --truth winter/truth
    """
    from veille.detection.surges.backtest import PublishedEvents, read_truth
    from veille.service.assembly import installation_key
    from veille.store.tables_reader import TablesReader

    chosen = settings(data_dir)
    tried = [chosen.surges, *([changed(chosen.surges, changes)] if changes else [])]
    events = PublishedEvents(TablesReader(chosen.analyst))
    planted = read_truth(truth, installation_key(chosen), events.platforms) if truth else None
    first, last = _naive(since) or events.first_at, _naive(until) or events.last_at
    if first >= last:
        raise CommandError(f"--since {first:%Y-%m-%d %H:%M} is not before --until {last:%Y-%m-%d %H:%M}")
    found = [_run(events, one, first, last, name) for one, name in zip(tried, ("present", "changed"), strict=False)]
    summaries = [one.summary(planted) for one in found]
    if as_json:
        names = ("present", "changed")
        say(
            json.dumps(
                {"since": f"{first:%FT%TZ}", "until": f"{last:%FT%TZ}", "set": changes or []}
                | dict(zip(names, summaries, strict=False))
            )
        )
        return
    _show(summaries, planted)


def changed(present: "Surges", changes: list[str]) -> "Surges":
    """The settings with `KEY=VALUE` changes; raises a usage error that names what is wrong."""
    from pydantic import ValidationError

    values: dict[str, Any] = present.model_dump()
    for change in changes:
        key, separator, value = change.partition("=")
        if not separator or key not in values:
            raise typer.BadParameter(
                f"--set must be KEY=VALUE with a key of [surges] ({', '.join(values)}); got {change!r}"
            )
        values[key] = [part.strip() for part in value.split(",")] if isinstance(values[key], tuple) else value
    try:
        return type(present).model_validate(values)
    except ValidationError as error:
        problem = error.errors(include_input=False)[0]
        raise typer.BadParameter(f"--set {'.'.join(map(str, problem['loc'][:1]))}: {problem['msg']}") from None


def _naive(at: datetime | None) -> datetime | None:
    return None if at is None else naive(at)


def _run(events: Any, one: "Surges", first: datetime, last: datetime, name: str) -> "SurgeBacktest":
    from veille.detection.surges.backtest import WARM_UP, run_backtest

    begin = max(events.first_at, first - WARM_UP)
    with progress(f"Stepping, {name} settings", (last - begin).total_seconds() // 300 + 1, "bins") as bar:
        return run_backtest(events, one, first, last, lambda done: bar.update(done, done))


def _show(summaries: list[dict[str, Any]], planted: "pl.DataFrame | None") -> None:
    """A line each, the present settings and the changed ones side by side."""
    heads = ("present", "changed")[: len(summaries)]
    rows: list[tuple[str, list[str]]] = [("surges of targets", [f"{s['target_surges']:,}" for s in summaries])]
    kinds = sorted({kind for s in summaries for kind in s["surges_a_day"]})
    rows += [(f"  a day: {kind}", [f"{s['surges_a_day'].get(kind, 0.0):.2f}" for s in summaries]) for kind in kinds]
    rows += [("insistent accounts", [f"{s['insistent_accounts']:,}" for s in summaries])]
    rows += [("drops", [f"{s['drops']:,}" for s in summaries])]
    if planted is not None:
        rows += _truth_rows(summaries)
    days = sorted({day for s in summaries for day in s["openings"]})
    rows += [(f"opened {day}", [str(s["openings"].get(day, 0)) for s in summaries]) for day in days]
    width = max(len(name) for name, _ in rows) + 2
    say(" " * width + "".join(f"{head:>20}" for head in heads))
    for name, cells in rows:
        say(f"{name:<{width}}" + "".join(f"{cell:>20}" for cell in cells))


def _truth_rows(summaries: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    rows: list[tuple[str, list[str]]] = []
    power = [{row["kind"]: row for row in s["power"]} for s in summaries]
    for kind in sorted({kind for one in power for kind in one}):
        cells = []
        for one in power:
            row = one[kind]
            delay = "" if row["delay_minutes"] is None else f", {row['delay_minutes']:.1f} min"
            cells.append(f"{row['found']} of {row['planted']}{delay}")
        rows.append((f"found: {kind}", cells))
    rows.append(("missed", [str(s["missed"]) for s in summaries]))
    rows.append(("found: insistent", [f"{s['insistent_found'][0]} of {s['insistent_found'][1]}" for s in summaries]))
    rows.append(("opened outside the truth", [str(s["outside"]) for s in summaries]))
    return [*rows, ("share inside the truth", [f"{s['precision']:.0%}" for s in summaries])]
