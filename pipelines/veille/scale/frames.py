"""Functions over frames of polars, run on each part of a Spark frame; and frames of Spark brought to this process."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import polars as pl
import pyarrow as pa

_ARROW = {
    "int": pa.int32(),
    "long": pa.int64(),
    "double": pa.float64(),
    "binary": pa.binary(),
    "array<int>": pa.list_(pa.int32()),
    "array<long>": pa.list_(pa.int64()),
}
_BATCH_ROWS = 200_000


def mapped(
    frame: Any, step: Callable[[Any, pl.DataFrame], Iterable[Mapping[str, Any]]], given: Any, columns: Mapping[str, str]
) -> Any:
    """`step(given, part)` on each part of a Spark frame that has rows. columns: name → Spark type of what it yields."""
    shared = frame.sparkSession.sparkContext.broadcast(given)
    schema = pa.schema([(name, _ARROW[kind]) for name, kind in columns.items()])

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        part = [batch for batch in batches if batch.num_rows]
        if part:
            for found in step(shared.value, pl.DataFrame(pa.Table.from_batches(part))):
                table = pa.table({name: _column(found[name], schema.field(name).type) for name in schema.names}, schema)
                yield from table.to_batches(max_chunksize=_BATCH_ROWS)

    return frame.mapInArrow(run, ", ".join(f"{name} {kind}" for name, kind in columns.items()))


def _column(values: Any, kind: pa.DataType) -> pa.Array:
    if isinstance(values, pl.Series):
        return values.to_arrow().cast(kind)
    return pa.array(values, kind)


def fetched(frame: Any) -> pl.DataFrame:
    """All rows, in this process."""
    return pl.DataFrame(frame.toArrow())
