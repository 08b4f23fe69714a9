"""Integers of DuckDB as other programs know them."""

import polars as pl


def plain_integers(frame: pl.DataFrame) -> pl.DataFrame:
    """DuckDB's sums of integers are 128 bits wide and arrive as decimals without digits: as 64-bit integers, where they fit."""
    wide = [name for name, kind in frame.schema.items() if kind == pl.Decimal(38, 0)]
    try:
        return frame.with_columns(pl.col(wide).cast(pl.Int64)) if wide else frame
    except pl.exceptions.InvalidOperationError:
        return frame
