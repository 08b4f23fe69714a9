"""Frames → contract JSON: nulls left out, times RFC 3339 in UTC with a Z. Built column by column in polars, so it is fast."""

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

import polars as pl

from veille.simulate.fixed import rfc3339

EventKind = Literal["mention", "generation", "moderation"]
KEYS: dict[EventKind, str] = {"mention": "target_id", "generation": "mention_id", "moderation": "subject_id"}
"""What each topic is keyed by; where it is missing, the event's own id."""

_FREE_TEXT = ("prompt", "reason")  # all else comes from closed vocabularies that need no escaping
_MERGED = {"key": pl.Binary, "json": pl.String, "time": pl.Int64, "event_type": pl.String}
_BLOCK = 16_384  # rows at once: what stays in the processor's cache is twice as fast
_CONTROL = "[\\x00-\\x1f]"


class EventFrames(Protocol):
    """Anything with the three frames: a simulation, a chunk of it, a slice of the live stream."""

    @property
    def mentions(self) -> pl.DataFrame: ...
    @property
    def generations(self) -> pl.DataFrame: ...
    @property
    def moderations(self) -> pl.DataFrame: ...


def json_lines(frame: pl.DataFrame, event_type: EventKind, *, tagged: bool = False) -> pl.Series:
    """One JSON object a row, as text. tagged: each names its `event_type`."""
    if frame.is_empty():
        return pl.Series(dtype=pl.String)
    pieces: list[pl.Expr] = []
    text = f'{{"event_type":"{event_type}"' if tagged else "{"
    for position, series in enumerate(
        frame
    ):  # literals grow together until a value or a field that may be missing comes
        value, quote = _value(series), _quote(series.dtype)
        label = f'{"," if position or tagged else ""}"{series.name}":{quote}'
        if series.null_count():
            pieces += [pl.lit(text), pl.concat_str([pl.lit(label), value, pl.lit(quote)])]
            text = ""
        elif (series == series[0]).all():
            text += label + str(pl.select(value.first()).item()) + quote
        else:
            pieces += [pl.lit(text + label), value]
            text = quote
    return pl.select(pl.concat_str([*pieces, pl.lit(text + "}")], ignore_nulls=True).alias("json")).to_series()


def _quote(kind: pl.DataType) -> str:
    return "" if kind == pl.Boolean or kind.is_numeric() else '"'


def _value(series: pl.Series) -> pl.Expr:
    """The text of each value, null where there is none."""
    if isinstance(series.dtype, pl.Datetime):
        return pl.lit(rfc3339(series))
    if series.dtype == pl.Boolean:
        return pl.when(series).then(pl.lit("true")).when(~series).then(pl.lit("false"))
    if series.name in _FREE_TEXT:
        return pl.lit(series.str.replace_many(["\\", '"'], ["\\\\", '\\"']).str.replace_all(_CONTROL, " "))
    return pl.lit(series.cast(pl.String))


def messages(frame: pl.DataFrame, event_type: EventKind, *, tagged: bool = False) -> list[bytes]:
    """The frame's events as Kafka messages or NDJSON lines (without the line end), in its order.

    Control characters in free text become spaces; every other text must come from the simulator's vocabularies.
    """
    encoded: list[bytes] = []
    for block in frame.iter_slices(_BLOCK):
        encoded += json_lines(block, event_type, tagged=tagged).cast(pl.Binary).to_list()
    return encoded


def stream(
    parts: EventFrames | Iterable[EventFrames], *, order: Literal["occurred_at", "collected_at"] = "occurred_at"
) -> Iterator[tuple[EventKind, bytes, bytes]]:
    """(event type, key, message) in time order within each part; mentions before answers at one instant.

    order: collected_at gives the order in which a collector would have sent them, late events late (within a part).
    """
    for part in parts if isinstance(parts, Iterable) else (parts,):
        merged = merge(part, order=order)
        yield from zip(
            merged["event_type"].to_list(),
            merged["key"].to_list(),
            merged["json"].cast(pl.Binary).to_list(),
            strict=True,
        )


def merge(part: EventFrames, *, order: str = "occurred_at", tagged: bool = False) -> pl.DataFrame:
    """All events of one part in one order: event_type, key, json, and the time they are ordered by."""
    frames: dict[EventKind, pl.DataFrame] = {
        "mention": part.mentions,
        "generation": part.generations,
        "moderation": part.moderations,
    }
    parts = [
        pl.DataFrame({
            "key": frame[KEYS[kind]].fill_null(frame["event_id"]).cast(pl.Binary),
            "json": json_lines(frame, kind, tagged=tagged),
            "time": frame[order],
        }).with_columns(event_type=pl.lit(kind))
        for kind, frame in frames.items()
        if not frame.is_empty()
    ]  # fmt: skip
    return pl.concat(parts).sort("time", maintain_order=True) if parts else pl.DataFrame(schema=_MERGED)
