"""Reading any table of mentions for `veille coordination`, and writing what it found."""

import gzip
import json
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import zstandard

from veille.cli.common import CommandError

REQUIRED = ("account_id", "target_id", "occurred_at")
OPTIONAL = ("event_id", "post_id", "prompt")


def read_mentions(path: Path, mapping: Mapping[str, str]) -> pl.DataFrame:
    """Our columns of the file, ids as text and occurred_at as UTC datetime (null where it cannot be read).

    mapping: our name to the file's. Raises CommandError naming the file, column or format at fault.
    """
    if not path.is_file():
        raise CommandError(f"{path}: no such file")
    try:
        table = _load(path)
    except (pl.exceptions.PolarsError, OSError, zstandard.ZstdError, ValueError) as error:
        raise CommandError(f"{path}: cannot be read as {''.join(path.suffixes)} ({type(error).__name__})") from None
    names = {ours: mapping.get(ours, ours) for ours in (*REQUIRED, *OPTIONAL)}
    missing = [names[c] for c in REQUIRED if names[c] not in table.columns]
    missing += [theirs for ours, theirs in mapping.items() if ours in names and theirs not in table.columns]
    if missing:
        wanted = ", ".join(dict.fromkeys(missing))
        raise CommandError(
            f"{path}: no column {wanted}; it has {', '.join(table.columns[:20])} (rename with --map OURS=THEIRS)"
        )
    picked = table.select([pl.col(theirs).alias(ours) for ours, theirs in names.items() if theirs in table.columns])
    text = [c for c in picked.columns if c != "occurred_at"]
    return picked.with_columns(pl.col(text).cast(pl.String), _time(picked["occurred_at"]))


def _load(path: Path) -> pl.DataFrame:
    kinds = [s.lower() for s in path.suffixes]
    if kinds and kinds[-1] == ".parquet":
        return pl.read_parquet(path)
    data: bytes | Path = path
    if kinds and kinds[-1] == ".gz":
        data = gzip.decompress(path.read_bytes())
    elif kinds and kinds[-1] in (".zst", ".zstd"):
        with path.open("rb") as file:
            data = zstandard.ZstdDecompressor().stream_reader(file).read()
    if ".csv" in kinds or ".tsv" in kinds:
        return pl.read_csv(data, infer_schema=False, separator="\t" if ".tsv" in kinds else ",")
    if {".ndjson", ".jsonl", ".json"} & set(kinds):
        return pl.read_ndjson(data, infer_schema_length=None)
    raise ValueError("unknown format")


def _time(column: pl.Series) -> pl.Series:
    """RFC 3339 text, Unix seconds, or a date and time (UTC where no zone is given)."""
    if column.dtype.is_temporal():
        moment = column.cast(pl.Datetime("us")) if column.dtype == pl.Date else column
        zone = getattr(moment.dtype, "time_zone", None)
        moment = moment.dt.convert_time_zone("UTC") if zone else moment.dt.replace_time_zone("UTC")
        return moment.dt.cast_time_unit("us")
    if column.dtype.is_numeric():
        return pl.from_epoch((column.cast(pl.Float64) * 1e6).cast(pl.Int64), "us").dt.replace_time_zone("UTC")
    text = column.cast(pl.String)
    seconds = text.cast(pl.Float64, strict=False)
    if len(text) and seconds.null_count() == text.null_count():
        return _time(seconds)
    zoned = text.str.contains(r"(?:[Zz]|[+-]\d\d:?\d\d)$")
    full = pl.select(pl.when(zoned).then(text).otherwise(text + "Z")).to_series()
    return full.str.to_datetime(time_unit="us", time_zone="UTC", strict=False).alias("occurred_at")


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


def write_tables(folder: Path, pairs: pl.DataFrame, clusters: pl.DataFrame, summary: Mapping[str, object]) -> None:
    """pairs.parquet, clusters.parquet, summary.json and graph.gexf; raises CommandError where the folder refuses."""
    from veille.detect.coordination.graph import write_gexf

    try:
        folder.mkdir(parents=True, exist_ok=True)
        pairs.write_parquet(folder / "pairs.parquet")
        clusters.write_parquet(folder / "clusters.parquet")
        write_gexf(pairs, clusters, folder / "graph.gexf")
        (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{folder}: cannot be written ({error.strerror})") from None
