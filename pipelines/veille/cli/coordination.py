"""`veille coordination FILE --out DIR`."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import (
    CommandError,
    DatesOption,
    FormatOption,
    MapFileOption,
    MapOption,
    counted,
    progress,
    reading,
    say,
)

if TYPE_CHECKING:
    import polars as pl

    from veille.detect.coordination import Detection, Parameters, TooFew
    from veille.scale.coordination import SpreadDetection

_BYTES_A_ROW = 96  # of memory per co-action row at the peak of a pass, measured
_BYTES_AN_EVENT = 400  # of memory per mention while it is encoded, measured
_MEMORY = "4G"
_LEAST_ROWS = 2
_UNITS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class Method(StrEnum):
    """Ways to call two accounts coordinated."""

    VEILLE = "veille"
    COORTWEET = "coortweet"
    CNT = "cnt"


def coordination(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="File or folder in a supported format (docs/your-own-data.md)."),
    ],
    *,
    out: Annotated[Path, typer.Option("--out", help="Folder for the results; created if missing.")],
    window: Annotated[
        list[int] | None,
        typer.Option(
            "--window",
            min=1,
            help="Window in seconds. Repeatable for the method veille (default 10, 60, 300, 3600); other methods take one (60).",
        ),
    ] = None,
    method: Annotated[Method, typer.Option("--method", help="veille, or a published definition.")] = Method.VEILLE,
    mapping: MapOption = None,
    map_file: MapFileOption = None,
    file_format: FormatOption = None,
    dates: DatesOption = None,
    min_participation: Annotated[
        int | None,
        typer.Option("--min-participation", min=1, help="Rows an account must have (coortweet only; default 2)."),
    ] = None,
    prompts: Annotated[
        bool, typer.Option("--prompts", help="Also look for near-duplicate prompts within an hour (veille only).")
    ] = False,
    memory_limit: Annotated[
        str | None,
        typer.Option(
            "--memory-limit", help="Such as 4G (the default) or 800M: less memory means more passes (veille only)."
        ),
    ] = None,
) -> None:
    """Find accounts that act on the same targets together, in any file of mentions.

    FILE has account_id, target_id and occurred_at, where known post_id and prompt; other names: --map OURS=THEIRS.
    Writes pairs.parquet, clusters.parquet, summary.json and graph.gexf (for Gephi) under the file's own ids and their
    type (text, or the numbers that Parquet and NDJSON have). summary.json counts the rows that could not be used.

    Example: veille coordination shares.csv --map account_id=user --map target_id=url --map occurred_at=time --out found
    """
    from veille.cli.coordination_files import Spellings, read_mentions, vanished, write_tables
    from veille.detect.coordination import too_few

    _refuse_unused(method, min_participation, prompts, memory_limit)
    least, memory = min_participation or _LEAST_ROWS, memory_limit or _MEMORY
    limit = _bytes(memory)
    widths = _widths(window, method)
    mentions, types = read_mentions(file, reading(None, mapping, map_file, file_format, dates))
    if method is Method.VEILLE and len(mentions) * _BYTES_AN_EVENT > limit:
        raise CommandError(f"--memory-limit {memory} is too low for {len(mentions):,} rows")
    if prompts and "prompt" not in mentions.columns:
        raise CommandError(f"{file}: --prompts requires a column prompt (rename with --map prompt=THEIRS)")
    spellings = Spellings(mentions) if method is Method.VEILLE else None
    mentions = spellings.fold(mentions) if spellings else mentions
    rows = {"read": len(mentions), **vanished(mentions)}
    if spellings:
        found = _detect(mentions, _parameters(mentions, widths, limit, prompts))
        _refuse_finer(set(window or ()) - set(found.windows_s), found)
        few = too_few(mentions, found)
        pairs, clusters, more = (
            spellings.written(found.pairs),
            spellings.written(found.clusters),
            described(found, few),
        )
    else:
        pairs, clusters = _published(mentions, method, widths[0], least)
        more = _published_counts(pairs, method, widths[0], least)
    summary = {"method": method.value, "rows": rows, **more, **totals(pairs, clusters)}
    write_tables(out, pairs, clusters, summary, types["account_id"])
    say(sentence(pairs, clusters, more, out))
    if spellings and few:
        say(few.sentence)


def _refuse_unused(method: Method, min_participation: int | None, prompts: bool, memory_limit: str | None) -> None:
    """Raise a usage error for an option that the method does not use."""
    unused = {
        "--min-participation": min_participation is not None and method is not Method.COORTWEET,
        "--prompts": prompts and method is not Method.VEILLE,
        "--memory-limit": memory_limit is not None and method is not Method.VEILLE,
    }
    for option in (name for name, given in unused.items() if given):
        raise typer.BadParameter(f"--method {method.value} does not use {option}: leave it out")


def _refuse_finer(dropped: set[int], found: "Detection") -> None:
    """Raise CommandError for windows that were asked for and that the resolution of the times cannot support."""
    if dropped and found.events:
        raise CommandError(
            f"--window {', '.join(map(str, sorted(dropped)))}: the times in this file are too coarse for it; "
            f"the shortest window that fits them is {min(found.windows_s)} s or longer"
        )


def _bytes(text: str) -> int:
    number, unit = text.rstrip("Bb")[:-1], text.rstrip("Bb")[-1:].upper()
    try:
        size = int(float(number) * _UNITS[unit])
    except (ValueError, KeyError):
        raise typer.BadParameter(f"--memory-limit must be a size such as 4G or 800M; got {text!r}") from None
    if size < 100 << 20:
        raise typer.BadParameter("--memory-limit must be at least 100M")
    return size


def _widths(window: list[int] | None, method: Method) -> list[int]:
    widths = sorted(set(window or ([10, 60, 300, 3600] if method is Method.VEILLE else [60])))
    if method is not Method.VEILLE and len(widths) > 1:
        raise typer.BadParameter(f"--method {method.value} takes one --window")
    return widths


def _parameters(mentions: "pl.DataFrame", widths: list[int], limit: int, prompts: bool) -> "Parameters":
    from veille.detect.coordination import DEFAULT_WINDOWS, Parameters, Window

    caps = {w.width_s: w.crowd_cap for w in DEFAULT_WINDOWS}
    # A width in between takes the cap of the next default above it: wider windows need thinner crowds.
    windows = [Window(w, next((c for d, c in sorted(caps.items()) if d >= w), min(caps.values()))) for w in widths]
    spare = limit - len(mentions) * _BYTES_AN_EVENT
    return Parameters(
        windows=tuple(windows),
        prompts=prompts,
        timetables=True,
        max_rows=min(20_000_000, max(100_000, spare // _BYTES_A_ROW)),
    )


def _detect(mentions: "pl.DataFrame", parameters: "Parameters") -> "Detection":
    from veille.detect.coordination import detect

    with progress("Reading", 1.0, "mentions") as bar:

        def report(step: str, done: float) -> None:
            bar.describe(step.capitalize())
            bar.update(done, len(mentions))

        found = detect(mentions, parameters, report)
        report("done", 1.0)
    return found


def described(found: "Detection | SpreadDetection", few: "TooFew | None") -> dict[str, object]:
    return {
        "too_few_to_validate": few
        and {"accounts": few.accounts, "targets": few.targets, "enough_mentions": few.enough},
        "windows_s": list(found.windows_s),
        "mentions_on_shared_targets": found.events,
        "accounts": found.accounts,
        "insufficient_data": str(found.insufficient) if found.insufficient else None,
    }


def _published(mentions: "pl.DataFrame", method: Method, width: int, least: int) -> "tuple[pl.DataFrame, pl.DataFrame]":
    from veille.detect.coordination import compat

    with progress("Pairs", None, "mentions") as bar:
        bar.update(0, len(mentions))
        pairs = compat.cnt(mentions, width) if method is Method.CNT else compat.coortweet(mentions, width, least)
    return pairs, compat.components(pairs)


def _published_counts(pairs: "pl.DataFrame", method: Method, width: int, least: int) -> dict[str, object]:
    import polars as pl

    accounts = pl.concat([pairs["account_a"], pairs["account_b"]]).n_unique() if len(pairs) else 0
    counts: dict[str, object] = {"windows_s": [width], "accounts_in_pairs": accounts}
    counts["edges_by_least_weight"] = {str(k): int((pairs["weight"] >= k).sum()) for k in (1, 2, 3)}
    if method is Method.CNT:
        both = pl.concat([pairs["weight_ab"], pairs["weight_ba"]])
        return counts | {"directed_edges_by_least_weight": {str(k): int((both >= k).sum()) for k in (1, 2, 3)}}
    return counts | {"row_pairs": int(pairs["weight"].sum()), "min_participation": least}


def totals(pairs: "pl.DataFrame", clusters: "pl.DataFrame") -> dict[str, object]:
    tiers = ("validated", "possible")
    members = {t: clusters.filter(tier=t) for t in tiers}
    own = (*tiers, "seen") if "supported" in pairs.columns else tiers
    carried = {"supported": int(pairs["supported"].sum())} if "supported" in pairs.columns else {}
    return {
        "pairs": {t: len(pairs.filter(tier=t)) for t in own} | carried,
        "clusters": {t: members[t]["cluster_id"].n_unique() for t in tiers},
        "clustered_accounts": {t: members[t]["account_id"].n_unique() for t in tiers},
    }


def sentence(pairs: "pl.DataFrame", clusters: "pl.DataFrame", more: dict[str, object], out: Path) -> str:
    valid = clusters.filter(tier="validated")
    if more.get("insufficient_data"):
        return f"Insufficient data: {more['insufficient_data']}. Written to {out}."
    if "accounts_in_pairs" in more:
        groups = counted(clusters["cluster_id"].n_unique(), "component")
        return f"{counted(len(pairs), 'pair')}, {groups} (counts only: this method has no test). Written to {out}."
    carried = int(pairs["supported"].sum())
    return (
        f"{counted(carried, 'supported pair')}, {len(pairs) - carried:,} also seen together; "
        f"{counted(valid['account_id'].n_unique(), 'account')} in {counted(valid['cluster_id'].n_unique(), 'validated cluster')}, "
        f"{len(clusters) - len(valid):,} in possible ones. "
        f"Written to {out}."
    )
