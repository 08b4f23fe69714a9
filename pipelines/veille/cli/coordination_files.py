"""Reading any table of mentions for `veille coordination`, and writing what it found."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from veille.cli.common import CommandError, counted, note
from veille.cli.tables import load
from veille.cli.times import TIMES, read_times
from veille.events import Mention

REQUIRED = ("account_id", "target_id", "occurred_at")
OPTIONAL = ("event_id", "post_id", "prompt")
IdTypes = Mapping[str, pl.DataType]


def read_mentions(path: Path, mapping: Mapping[str, str]) -> tuple[pl.DataFrame, IdTypes]:
    """Our columns of the file, ids as text and occurred_at as UTC datetime, null where empty or not to be read.

    mapping: our name to the file's. Also the types that account_id and target_id have in the file, for `in_own_types`.
    Raises CommandError naming the file, column or format at fault.
    """
    table = load(path)
    names = {ours: mapping.get(ours, ours) for ours in (*REQUIRED, *OPTIONAL)}
    _check_columns(path, table, names, mapping)
    picked = table.select([pl.col(theirs).alias(ours) for ours, theirs in names.items() if theirs in table.columns])
    text = [c for c in picked.columns if c != "occurred_at"]
    nested = [names[c] for c in text if picked.schema[c].is_nested()]
    if nested:
        raise CommandError(f"{path}: {', '.join(nested)} holds lists or objects; one id a row is needed")
    types = {c: picked.schema[c] for c in ("account_id", "target_id")}
    try:
        mentions = picked.with_columns(pl.col(text).cast(pl.String), read_times(picked["occurred_at"]))
    except pl.exceptions.PolarsError:
        raise CommandError(f"{path}: an id is not text; account_id and target_id are text or numbers") from None
    mentions = mentions.with_columns(pl.when(pl.col(text) != "").then(pl.col(text)))
    _check_times(path, names["occurred_at"], picked["occurred_at"], mentions["occurred_at"])
    return mentions, types


def _check_columns(path: Path, table: pl.DataFrame, names: Mapping[str, str], mapping: Mapping[str, str]) -> None:
    unknown = [ours for ours in mapping if ours not in Mention.__struct_fields__]
    if unknown:
        raise CommandError(f"--map {unknown[0]}=…: no field of the contract; read are {', '.join(names)}")
    missing = [names[c] for c in REQUIRED if names[c] not in table.columns]
    missing += [theirs for ours, theirs in mapping.items() if ours in names and theirs not in table.columns]
    if missing:
        wanted = ", ".join(dict.fromkeys(missing))
        raise CommandError(
            f"{path}: no column {wanted}; it has {', '.join(table.columns[:20])} (rename with --map OURS=THEIRS)"
        )


def _check_times(path: Path, name: str, given: pl.Series, times: pl.Series) -> None:
    """All unreadable: an error, since nothing can be found then; some: said, and left out."""
    bad = times.is_null()
    if not bad.any():
        return
    first = (bad.arg_max() or 0) + 1
    if bad.all():
        raise CommandError(f"{path}: {name} cannot be read as a time in any row; write it as {TIMES}")
    note(
        f"{path}: left out {counted(int(bad.sum()), 'row')} whose {name} is no time, first row {first:,}; write it as {TIMES}"
    )


def in_own_types(table: pl.DataFrame, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Columns of ids (text) as the types they had in the file (column → type)."""
    kept = {c: kind for c, kind in types.items() if kind.is_numeric() or kind in (pl.Categorical, pl.Enum, pl.Binary)}
    return table.with_columns([pl.col(c).cast(kind) for c, kind in kept.items()])


def pairs_in_own_types(pairs: pl.DataFrame, kind: pl.DataType) -> pl.DataFrame:
    """Pairs with ids of the file's type, account_a the smaller in that type's order, sorted."""
    table = in_own_types(pairs, {"account_a": kind, "account_b": kind})
    if not kind.is_numeric():
        return table
    turned = pl.col("account_a") > pl.col("account_b")
    sides = [("account_a", "account_b"), ("weight_ab", "weight_ba")]
    swaps = [(x, y) for a, b in sides if a in table.columns for x, y in ((a, b), (b, a))]
    return table.with_columns([pl.when(turned).then(y).otherwise(x).alias(x) for x, y in swaps]).sort(
        "account_a", "account_b"
    )


def vanished(mentions: pl.DataFrame) -> dict[str, int]:
    """Why rows cannot be used, so that nobody has to guess: counts by reason, first reason first."""
    bad = {
        "no_account": pl.col("account_id").is_null(),
        "no_target": pl.col("target_id").is_null(),
        "time_unreadable": pl.col("occurred_at").is_null(),
        "mentions_oneself": pl.col("account_id") == pl.col("target_id"),
    }
    counts, rest = {}, mentions
    for reason, test in bad.items():
        counts[reason] = rest.select(test.fill_null(value=False).sum()).item()
        rest = rest.filter(~test.fill_null(value=False))
    return counts


def write_tables(
    folder: Path, pairs: pl.DataFrame, clusters: pl.DataFrame, summary: Mapping[str, object], kind: pl.DataType
) -> None:
    """pairs.parquet, clusters.parquet, summary.json and graph.gexf; ids as `kind`, the type of the file's account_id.

    Raises CommandError where the folder refuses.
    """
    from veille.detect.coordination.graph import write_gexf

    try:
        folder.mkdir(parents=True, exist_ok=True)
        pairs_in_own_types(pairs, kind).write_parquet(folder / "pairs.parquet")
        in_own_types(clusters, {"account_id": kind}).write_parquet(folder / "clusters.parquet")
        least = write_gexf(pairs, clusters, folder / "graph.gexf")
        if least > 1:
            note(f"graph.gexf holds the pairs of weight {least} or more; all {len(pairs):,} are in pairs.parquet")
            summary = {**summary, "graph_least_weight": least}
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: cannot be written ({error.strerror})") from None
