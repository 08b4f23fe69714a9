"""Frames come out as they went in, wherever the pipe cuts them."""

import io
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from veille.research.gateway.rows import ResultRows
from veille.store.sandbox.wire import Begin, End, FrameReader, FrameWriter

AS_OF = datetime(2026, 1, 10, 12)


@given(st.lists(st.binary(max_size=40), max_size=6), st.lists(st.integers(1, 30), min_size=1, max_size=20))
def test_any_cut_gives_the_same(parts: list[bytes], sizes: list[int]) -> None:
    pipe = io.BytesIO()
    writer, rows = FrameWriter(pipe), ResultRows()
    writer.begin(Begin(AS_OF.isoformat()))
    for part in parts:
        writer.rows(part)
    writer.end(End(outcome="ok", rows=3))
    pipe.seek(0)
    frames, turn = FrameReader(rows, 1 << 20), 0
    while data := pipe.read(sizes[turn % len(sizes)]):
        frames.feed(data)
        turn += 1
    assert rows.stream() == b"".join(parts)
    assert frames.as_of == AS_OF
    assert frames.end == End(outcome="ok", rows=3)
