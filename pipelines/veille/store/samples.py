"""Samples of requests that at least two persons code, each without seeing what the others said."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Any

import polars as pl

from veille.store.database import Database
from veille.times import naive_now


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSample:
    """A sample as it was drawn. filters: the choice it was drawn from, of `drawn_from` requests; seed: repeats the draw."""

    question: str
    filters: dict[str, Any]
    seed: str
    drawn_from: int
    event_ids: Sequence[str]


class Samples:
    """Samples of an open database. Safe to share among threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, author: str, sample: NewSample) -> str:
        """Keep a sample; returns its id. Raises StoreError."""
        sample_id = token_hex(8)
        items = {"position": range(len(sample.event_ids)), "event_id": list(sample.event_ids)}
        rows = pl.DataFrame(items, schema_overrides={"position": pl.Int32}).with_columns(sample_id=pl.lit(sample_id))
        self._database.insert("samples/add_items", rows.to_arrow())
        described = {
            "sample_id": sample_id, "created_at": naive_now(), "author": author, "question": self._database.clean(sample.question),
            "filters": json.dumps(sample.filters, sort_keys=True), "seed": sample.seed, "drawn_from": sample.drawn_from,
        }  # fmt: skip
        self._database.append_rows("samples", pl.DataFrame([described]).to_arrow())
        return sample_id

    def code(self, sample_id: str, event_id: str, coder: str, code: str) -> None:
        """Note what a coder says of an item (yes, no, unsure); a later word replaces an earlier one."""
        self._database.execute(
            "samples/add_code", sample_id=sample_id, event_id=event_id, coder=coder, code=code, coded_at=naive_now()
        )

    def list(self) -> pl.DataFrame:
        """All samples, newest first, with the progress of each coder: columns as `sql/samples/list`."""
        return self._database.frame("samples/list")

    def items(self, sample_id: str, coder: str) -> pl.DataFrame:
        """Items with this coder's own codes: position, event_id, code."""
        return self._database.frame("samples/items", sample_id=sample_id, coder=coder)

    def codes(self, sample_id: str) -> pl.DataFrame:
        """Every coder's codes: event_id, coder, code. For those who have finished."""
        return self._database.frame("samples/codes", sample_id=sample_id)
