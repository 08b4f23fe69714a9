"""Fast JSON and fast times equal the slow, obvious ones."""

import json
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.simulate import messages
from veille.simulate.fixed import hexadecimal, rfc3339
from veille.simulate.pictures import hashes


@given(
    st.lists(st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), max_size=8)
)
def test_times_are_rfc3339_in_milliseconds(times: list[datetime | None]) -> None:
    series = pl.Series(times, dtype=pl.Datetime("ms", "UTC"))
    expected = [t and t.isoformat(timespec="milliseconds").replace("+00:00", "Z") for t in times]
    assert rfc3339(series).to_list() == expected


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=5))
def test_hexadecimal(rows: list[bytes]) -> None:
    matrix = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 32)
    assert hexadecimal(matrix).to_list() == [row.hex() for row in rows]


@given(
    st.lists(
        st.tuples(st.none() | st.text(), st.none() | st.booleans(), st.none() | st.integers(0, 2**60)),
        min_size=1,
        max_size=6,
    )
)
def test_any_text_becomes_json(rows: list[tuple[str | None, bool | None, int | None]]) -> None:
    frame = pl.DataFrame(
        {"event_id": [f"m{i}" for i in range(len(rows))], "prompt": [r[0] for r in rows], "minor_suspected": [r[1] for r in rows],
         "views": [r[2] for r in rows]},
        schema={"event_id": pl.String, "prompt": pl.String, "minor_suspected": pl.Boolean, "views": pl.Int64},
    )  # fmt: skip
    for tagged in (False, True):
        for raw, (text, flag, views) in zip(messages(frame, "mention", tagged=tagged), rows, strict=True):
            said = json.loads(raw)
            assert said.get("event_type") == ("mention" if tagged else None)
            plain = None if text is None else "".join(" " if ord(c) < 32 else c for c in text)
            assert (said.get("prompt"), said.get("minor_suspected"), said.get("views")) == (plain, flag, views)
            assert None not in said.values()


def test_nothing_becomes_nothing() -> None:
    assert messages(pl.DataFrame(schema={"event_id": pl.String}), "mention") == []


def test_hashes_belong_to_their_number() -> None:
    first, second = hashes(np.arange(100), np.ones(100, bool)), hashes(np.arange(50, 150), np.arange(100) != 3)
    assert first[50:].to_list()[4:] == second[4:50].to_list()
    assert second[3] is None
    assert first.n_unique() == 100
    assert first.str.len_chars().unique().to_list() == [64]


@pytest.mark.parametrize("number", [0, -1, 2**62])
def test_hashes_of_unusual_numbers(number: int) -> None:
    assert len(hashes(np.array([number]), np.array([True]))[0]) == 64
