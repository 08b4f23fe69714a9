"""Parameters arrive as they were sent."""

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.store.sandbox.job import pack, unpack

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))
    | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=8,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8), VALUES, max_size=4))
def test_a_round_trip_changes_nothing(parameters: dict[str, object]) -> None:
    assert unpack(json.loads(json.dumps(pack(parameters)))) == parameters


def test_what_has_no_place_in_json_is_named() -> None:
    with pytest.raises(TypeError, match="not bytes"):
        pack({"raw": b"x"})
