"""Dense codes for ids in alphabetical order, without bringing the ids to one place."""

from typing import Any

_WITHIN = 33  # bits of monotonically_increasing_id that count within a part


def numbered(frame: Any, column: str, parts: int) -> tuple[Any, int]:
    """Distinct values of a column with `code` 0, 1, … in their order, kept in memory or on disk, and how many there are."""
    from pyspark.sql import functions as F  # noqa: N812, PLC0415 (as everybody names it; only with the extra)

    ordered = frame.select(column).distinct().repartitionByRange(parts, column).sortWithinPartitions(column)
    placed = ordered.withColumn("place", F.monotonically_increasing_id()).persist()
    part = F.shiftright("place", _WITHIN)
    sizes = dict(
        sorted((row.part, row.n) for row in placed.groupBy(part.alias("part")).agg(F.count("*").alias("n")).collect())
    )
    starts, total = [], 0
    for number, size in sizes.items():
        starts += [F.lit(number), F.lit(total)]
        total += size
    if not total:
        return placed.select(column, F.col("place").alias("code")), 0
    start = F.element_at(F.create_map(*starts), part)
    within = F.col("place").bitwiseAND(F.lit((1 << _WITHIN) - 1))
    return placed.select(column, (start + within).cast("long").alias("code")), total
