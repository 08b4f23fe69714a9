"""Numbers that know where they come from."""

from datetime import datetime

import polars as pl

from dashboards import figures, tiles, words
from dashboards.data import QueryRows
from dashboards.texts import t

ANSWER = QueryRows(
    pl.DataFrame({"period": ["before", "now"], "requests": [40, 50], "rate": [0.25, None]}),
    "dashboards/headline",
    {"since": datetime(2026, 1, 1)},
    None,
)


def test_a_number_of_a_row_is_written_as_before_and_tells_its_origin() -> None:
    with figures.listening() as recorded:
        row = ANSWER.row(period="before")
        text = t("headlines.counted", now=row["requests"], period="", earlier=words.percent(row["rate"]))
    assert "40" in text
    assert [(drawn.text, drawn.origin and drawn.origin.meaning) for drawn in recorded.drawn] == [
        ("25.0 %", "rate"),
        ("40", "requests"),
    ]
    origin = recorded.drawn[1].origin
    assert origin is not None
    assert (origin.query, origin.row["period"]) == ("headline", "before")
    assert origin.parameters == ANSWER.parameters


def test_arithmetic_loses_the_origin_until_a_name_is_given() -> None:
    row = ANSWER.row(period="now")
    assert row["rate"] is None
    with figures.listening() as recorded:
        words.number(row["requests"] + 1)
        tiles.change(row["requests"], 40)
        words.number(ANSWER.total("requests"))
    assert [drawn.origin and drawn.origin.meaning for drawn in recorded.drawn] == [
        None,
        "change of requests",
        "sum of requests",
    ]


def test_nothing_is_kept_while_nobody_listens() -> None:
    with figures.listening() as recorded:
        pass
    words.number(7)
    assert not recorded.drawn
