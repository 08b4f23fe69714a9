"""Reading any file of mentions for `veille coordination` and `veille surges panel`, and writing what was found."""

import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from veille.cli.common import CommandError, counted, note, tell_left_out
from veille.privacy import fold_person
from veille.sources.base import SourceError
from veille.sources.columns import Columns, read_columns
from veille.sources.files import FileSource
from veille.sources.reading.moments import TIMES
from veille.sources.translate import Options

REQUIRED = ("account_id", "target_id", "occurred_at")
OPTIONAL = ("event_id", "post_id", "prompt")
IdTypes = Mapping[str, pl.DataType]


def read_mentions(path: Path, options: Options) -> tuple[pl.DataFrame, IdTypes]:
    """Our columns of the file, ids as text and occurred_at as UTC datetime, null where missing or not to be read.

    Also the types that account_id and target_id have in the file, for `in_own_types`. Says on standard error how the
    file was read and what was left out. Raises CommandError naming the file, column or format at fault.
    """
    if not path.exists():
        raise CommandError(f"{path}: no such file")
    try:
        source = FileSource([path], options=options)
        found = read_columns(source, (*REQUIRED, *OPTIONAL), options.mapping, day_first=options.day_first)
    except SourceError as error:
        raise CommandError(str(error) if path.name in str(error) else f"{path}: {error}") from None
    if not source.recognised:
        raise CommandError(f"{path}: the file is empty")
    for line in source.said:
        note(line)
    tell_left_out(source.left_out)
    _check(path, found)
    types = {name: found.types.get(name, pl.String()) for name in ("account_id", "target_id")}
    return found.frame, types


def _check(path: Path, found: Columns) -> None:
    missing = [name for name in REQUIRED if name not in found.frame.columns]
    if missing:
        has = f"; it has {', '.join(found.given[:20])}" if found.given else ""
        raise CommandError(f"{path}: no column {', '.join(missing)}{has} (rename with --map FIELD=NAME)")
    rows = len(found.frame)
    for name, lost in found.lost.items():
        if lost == rows:
            raise CommandError(
                f"{path}: every {name} has lost digits, as 1.99E+18 has", "export ids as text, then they are told apart"
            )
        if lost:
            note(f"{path}: left out {counted(lost, 'row')} whose {name} has lost digits, for example 1.99E+18")
    if found.unreadable and found.unreadable == rows:
        raise CommandError(f"{path}: no value of occurred_at is a valid time; write times as {TIMES}")
    if found.unreadable:
        note(
            f"{path}: left out {counted(found.unreadable, 'row')} with an invalid time in occurred_at, first row "
            f"{found.unreadable_at:,}; write it as {TIMES}"
        )


class Spellings:
    """People folded as ingest folds them (`@Anna` is `anna`), and the commonest spelling of each."""

    def __init__(self, mentions: pl.DataFrame) -> None:
        self._written: dict[str, str] = {}
        names = pl.concat([mentions["account_id"], mentions["target_id"]]).drop_nulls()
        counts = names.value_counts(sort=False).sort(["count", names.name], descending=[True, False])
        self._folded: dict[str, str] = {}
        for name in counts[names.name].to_list():
            folded = self._folded[name] = fold_person(name)
            self._written.setdefault(folded, name)

    def fold(self, mentions: pl.DataFrame) -> pl.DataFrame:
        """The mentions with people in their folded spelling."""
        return self._replaced(mentions, ("account_id", "target_id"), self._folded)

    def written(self, table: pl.DataFrame) -> pl.DataFrame:
        """A table of findings with people in their commonest spelling."""
        return self._replaced(table, ("account_id", "account_a", "account_b", "target_id"), self._written)

    @staticmethod
    def _replaced(table: pl.DataFrame, columns: tuple[str, ...], names: Mapping[str, str]) -> pl.DataFrame:
        changed = {old: new for old, new in names.items() if old != new}
        if not changed:
            return table
        return table.with_columns([pl.col(name).replace(changed) for name in columns if name in table.columns])


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
            note(f"graph.gexf contains the pairs of weight {least} or more; all {len(pairs):,} are in pairs.parquet")
            summary = {**summary, "graph_least_weight": least}
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: cannot be written ({error.strerror})") from None
