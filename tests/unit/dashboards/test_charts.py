from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl
import pytest

from dashboards import charts, ranges, theme
from dashboards.axes import Canvas
from dashboards.texts import names

NOON = datetime(2026, 1, 10, 12)
SPAN = ranges.absolute(NOON, NOON + timedelta(hours=2), 3600, NOON)
CANVAS = Canvas(SPAN, theme.LIGHT, NOON + timedelta(minutes=90))
NO_COVERAGE = pl.DataFrame(
    schema={
        "collection_id": pl.String,
        "sampling_probability": pl.Float64,
        "first_at": pl.Datetime,
        "last_at": pl.Datetime,
        "events": pl.Int64,
    }
)
NO_POLICY = pl.DataFrame(schema={"at": pl.Datetime, "label": pl.String, "source": pl.String})
ROWS = pl.DataFrame(
    {
        "at": [NOON, NOON, NOON + timedelta(hours=1)],
        "series": ["unanswered", "fulfilled", "refused"],
        "requests": [5, 3, 2],
    }
)


def drawn(chart: alt.LayerChart, layer: int = 0) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Specification and data of one layer."""
    whole = chart.to_dict(format="vega-lite")
    one = whole["layer"][layer]
    name = (one.get("data") or whole["data"])["name"]
    return one, whole["datasets"][name]


def test_bars_are_stacked_in_the_order_of_harm_and_totals_agree() -> None:
    chart = charts.volume(ROWS, CANVAS, names("outcomes"), coverage=NO_COVERAGE, policy=NO_POLICY)
    specification, data = drawn(chart)
    assert [(row["name"], row["low"], row["high"], row["total"]) for row in data] == [
        ("Fulfilled", 0, 3, 8),
        ("Unanswered", 3, 8, 8),
        ("Refused", 0, 2, 2),
    ]
    assert [row["filling"] for row in data] == [False, False, True]
    assert data[0]["end"] - data[0]["start"] == 3_600_000
    assert data[0]["start"] == 1_768_046_400_000
    assert specification["encoding"]["color"]["scale"]["domain"] == ["Fulfilled", "Refused", "Unanswered"]
    assert specification["encoding"]["x"]["scale"]["type"] == "utc"
    assert specification["encoding"]["y"]["title"] == "requests per hour"


def test_collections_stand_under_the_bars_and_share_the_last_line() -> None:
    collectors = [f"collector-{n}" for n in range(6)] + [None]
    coverage = pl.DataFrame(
        {
            "collection_id": collectors,
            "sampling_probability": [0.5, *[None] * 6],
            "first_at": [NOON - timedelta(hours=3)] * 7,
            "last_at": [NOON + timedelta(hours=1)] * 7,
            "events": [4] * 7,
        },
        schema_overrides={"sampling_probability": pl.Float64},
    )
    chart = charts.volume(ROWS, CANVAS, names("outcomes"), coverage=coverage, policy=NO_POLICY)
    assert len(chart.to_dict()["layer"]) == 1 + 5
    _, first = drawn(chart, 1)
    _, last = drawn(chart, 5)
    assert (first[0]["start"], first[0]["kept"], first[0]["probability"]) == (1_768_046_400_000, 0.5, "0.5")
    assert [row["collection_id"] for row in last] == ["collector-4", "collector-5", None]


def test_dated_events_are_numbered_and_close_numbers_join() -> None:
    at = [NOON - timedelta(days=1), NOON, NOON + timedelta(seconds=30), NOON + timedelta(hours=1)]
    policy = pl.DataFrame({"at": at, "label": list("abcd"), "source": [None, "s", None, None]})
    chart = charts.volume(ROWS, CANVAS, names("outcomes"), coverage=NO_COVERAGE, policy=policy)
    _, rules = drawn(chart, 1)
    _, numbers = drawn(chart, 2)
    assert [(row["place"], row["label"]) for row in rules] == [(1, "b"), (2, "c"), (3, "d")]
    assert [row["text"] for row in numbers] == ["1–2", "3"]


def test_empty_frames_make_an_empty_chart() -> None:
    chart = charts.volume(ROWS.clear(), CANVAS, names("request_classes"), coverage=NO_COVERAGE, policy=NO_POLICY)
    assert drawn(chart)[1] == []


def test_feed_draws_only_what_came() -> None:
    rows = pl.DataFrame({"at": [NOON], "accepted": [7], "duplicates": [0], "dead_letters": [2]})
    _, data = drawn(charts.feed(rows, CANVAS, names("feed_series")))
    assert [(row["name"], row["messages"], row["total"]) for row in data] == [
        ("New events", 7, 9),
        ("Dead letters", 2, 9),
    ]


def test_shares_keep_their_order_and_colours() -> None:
    rows = pl.DataFrame(
        {
            "label": ["b", "a"],
            "requests": [3, 9],
            "share": [0.25, 0.75],
            "note": ["3", "9"],
            "colour": ["#000000", "#ffffff"],
        }
    )
    specification, data = drawn(charts.shares(rows, theme.DARK, title="Language"))
    assert [row["label"] for row in data] == ["b", "a"]
    assert specification["encoding"]["y"]["sort"] is None


def test_no_mark_is_clipped() -> None:
    """A clip that was measured before the page gave the chart its width stays as it is, and hides everything."""
    sources = [path.read_text(encoding="utf-8") for path in Path(charts.__file__).parent.rglob("*.py")]
    assert [text for text in sources if "clip=" in text] == []


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK])
@pytest.mark.parametrize("labels", [names("request_classes"), names("outcomes"), names("feed_series")])
def test_every_series_has_a_colour_of_its_own(colours: theme.Palette, labels: dict[str, str]) -> None:
    used = [colours.of(labels)[key] for key in labels]
    assert len(set(used)) == len(used)


@pytest.mark.parametrize(("colours", "ground"), [(theme.LIGHT, "#FFFFFF"), (theme.DARK, "#12171E")])
def test_text_has_the_contrast_that_wcag_asks_for(colours: theme.Palette, ground: str) -> None:
    assert contrast(colours.text, ground) >= 7
    assert contrast(colours.quiet, ground) >= 4.5


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
