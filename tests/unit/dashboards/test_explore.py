"""Explore: the numbers behind each view, double coding with the service and without, and what leaves the house."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dashboards import exports, ranges, statistics, texts, theme
from dashboards.axes import Canvas
from dashboards.explore import charts, question, steps
from dashboards.explore.agreement import agreement
from dashboards.explore.question import BREAKDOWNS
from dashboards.texts import catalogue, names
from tests.unit.dashboards.conftest import Tables
from tests.unit.dashboards.published import publish
from tests.unit.dashboards.serving import serving
from tests.unit.dashboards.test_pages import opened
from tests.unit.dashboards.test_pages import texts as written
from tests.unit.make import mention
from veille.store.owner import Owner

pytestmark = pytest.mark.slow

NOON = datetime(2026, 1, 10, 12)
HOUR = timedelta(hours=1)
PLAIN = {"request_class": None, "platform": None, "jurisdiction": None, "gender_source": None}
PERIODS = {"before_since": NOON - 2 * HOUR, "before_until": NOON, "since": NOON, "until": NOON + 2 * HOUR, "step_seconds": 3600,
           "origin": NOON}  # fmt: skip
EXPLORE = "app_pages/explore.py"
HOSTILE = (
    "<script>alert(1)</script> **bold** [link](javascript:alert(1)) `code` $x$ :material/home:",
    '=HYPERLINK("http://x")',
    "\u202eright to left \u05d0\u05d1",
    "long words " * 363,
)


def asked(at: datetime, requests: int, **keys: object) -> dict[str, object]:
    return {
        "hour": at,
        "platform": "x",
        "request_class": "sexualising",
        "is_self": False,
        "outcome": "refused",
        "requests": requests,
        **keys,
    }


def test_values_beyond_the_top_are_one_and_the_earlier_period_stands_apart(tables: Tables) -> None:
    tables.add("requests_hour", asked(NOON, 5, language="en"), asked(NOON, 3, language="en-GB", outcome="fulfilled"),
               asked(NOON, 4, language="ja"), asked(NOON, 2, language="fr"), asked(NOON, 1), asked(NOON - HOUR, 7, language="ja"),
               asked(NOON, 99, is_self=True), asked(NOON + 2 * HOUR, 99))  # fmt: skip
    rows = tables.ask("explore_requests", **PERIODS, **PLAIN, breakdown="language", top=2)
    assert [(r["period"], r["at"], r["series"], r["rest"], r["requests"], r["fulfilled"]) for r in rows] == [
        ("before", NOON - HOUR, "ja", False, 7, 0),
        ("now", NOON, "en", False, 8, 3),
        ("now", NOON, "ja", False, 4, 0),
        ("now", NOON, None, True, 3, 0),
    ]


@pytest.mark.parametrize("name", ["platform", "jurisdiction", "gender_source", "request_class"])
def test_every_filter_filters(tables: Tables, name: str) -> None:
    column = {"gender_source": "target_gender_source"}.get(name, name)
    tables.add("requests_hour", asked(NOON, 1, **{column: "a"}), asked(NOON, 2, **{column: "b"}))
    rows = tables.ask("explore_requests", **PERIODS, **PLAIN | {name: "b"}, breakdown="none", top=5)
    assert [(row["series"], row["requests"]) for row in rows] == [("all", 2)]


@pytest.mark.parametrize("breakdown", BREAKDOWNS["requests"])
def test_no_request_is_lost_whatever_the_breakdown(tables: Tables, breakdown: str) -> None:
    for n, (outcome, language) in enumerate([("refused", "en"), ("error", None), ("partial", "fr")]):
        tables.add("requests_hour", asked(NOON, n + 1, outcome=outcome, language=language, jurisdiction=language))
    rows = tables.ask("explore_requests", **PERIODS, **PLAIN, breakdown=breakdown, top=1)
    assert sum(row["requests"] for row in rows) == 6


def test_people_are_counted_once_a_step_and_once_a_period(tables: Tables) -> None:
    def met(person: int, at: datetime, **keys: object) -> dict[str, object]:
        who = f"00000000-0000-0000-0000-{person:012d}"
        return {"occurred_at": at, "target_id": who, "account_id": who, "is_self": False, "platform": "x", **keys}

    tables.add(
        "mentions",
        met(1, NOON),
        met(1, NOON),
        met(1, NOON + HOUR),
        met(2, NOON),
        met(3, NOON, is_self=True),
        met(1, NOON - HOUR),
    )
    steps = tables.ask("explore_people", **PERIODS, **PLAIN, breakdown="none", top=5, who="targets", one_in=1)
    assert [(r["period"], r["at"], r["people"]) for r in steps] == [
        ("before", NOON - HOUR, 1),
        ("now", NOON, 2),
        ("now", NOON + HOUR, 1),
    ]
    whole = tables.ask(
        "explore_people",
        **PERIODS | {"step_seconds": 0},
        **PLAIN,
        breakdown="platform",
        top=5,
        who="accounts",
        one_in=1,
    )
    assert [(r["period"], r["people"]) for r in whole] == [("before", 1), ("now", 2)]


def test_the_heat_map_counts_hours_without_a_request_too(tables: Tables) -> None:
    tables.add("requests_hour", asked(NOON, 3), asked(NOON + 7 * 24 * HOUR, 5))
    rows = tables.ask("explore_heat", since=NOON, until=NOON + 15 * 24 * HOUR, zone_seconds=3600, **PLAIN)
    assert len(rows) == 7 * 24
    (cell,) = [row for row in rows if row["requests"]]
    assert (cell["weekday"], cell["hour_of_day"], cell["requests"], cell["hours"]) == (6, 13, 8, 3)


def test_a_sample_is_drawn_by_its_seed(tables: Tables) -> None:
    some = {"occurred_at": NOON, "is_self": False, "prompt": "p"}
    events = [some | {"event_id": f"00000000-0000-0000-0000-{n:012d}", "is_self": n == 0} for n in range(50)]
    tables.add("mentions", *events, some | {"event_id": "00000000-0000-0000-0000-000000000099", "prompt": None})
    here = {"since": NOON, "until": NOON + HOUR, **PLAIN, "size": 10}
    drawn = [tables.ask("explore_sample", **here, seed=seed) for seed in ("a", "a", "b")]
    assert drawn[0] == drawn[1] != drawn[2]
    assert (len(drawn[0]), drawn[0][0]["drawn_from"]) == (10, 49)


def test_the_same_weekdays_are_whole_weeks_before() -> None:
    for hours in (1, 24, 168, 169, 700):
        span = ranges.absolute(NOON - hours * HOUR, NOON, 3600, NOON)
        since, until = question.earlier(span, "weekdays")
        assert (span.since - since) % timedelta(weeks=1) == timedelta()
        assert until <= span.since
        assert question.earlier(span, "period") == (span.since - hours * HOUR, span.since)
    odd = ranges.absolute(NOON - timedelta(minutes=150), NOON, 60, NOON)
    assert question.earlier(odd, "period") == (odd.since - 3 * HOUR, odd.until - 3 * HOUR), "whole hours, as the counts"
    assert question.earlier(span, "none")[0] == question.earlier(span, "none")[1]


def test_totals_side_by_side_keep_what_only_the_earlier_period_has() -> None:
    rows = pl.DataFrame({"period": ["now", "before", "before"], "series": ["a", "a", "b"], "rest": [False] * 3, "value": [3.0, 2.0, 1.0],
                         "n": [3, 2, 1]})  # fmt: skip
    assert question.change(rows).select("series", "value", "before").rows() == [("a", 3.0, 2.0), ("b", None, 1.0)]


@given(st.lists(st.integers(0, 500), min_size=2, max_size=24), st.integers(1, 5))
def test_the_interval_of_a_change_holds_the_change(before: list[int], factor: int) -> None:
    found = statistics.change_interval(before, [count * factor for count in before])
    if sum(before) == 0:
        assert found is None
    else:
        assert found is not None
        assert found[0] <= factor - 1 <= found[1]


def test_intervals_are_those_of_their_papers() -> None:
    low, high = statistics.wilson(21, 102)
    assert (round(low, 3), round(high, 3)) == (0.139, 0.294)
    found = statistics.rate_change_interval((48, 80), (56, 70))
    assert found is not None
    assert (round(found[0], 4), round(found[1], 4)) == (0.0524, 0.3339)  # Newcombe 1998, table II (a)


def test_agreement_of_two_coders() -> None:
    pairs = {("yes", "yes"): 20, ("yes", "no"): 5, ("no", "yes"): 10, ("no", "no"): 15}
    codes = [{"event_id": f"{n}{one}{other}", "coder": coder, "code": code} for (one, other), count in pairs.items() for n in range(count)
             for coder, code in (("A", one), ("B", other))]  # fmt: skip
    found = agreement(pl.DataFrame(codes), "A", "B")
    assert found.kappa == pytest.approx(0.4)
    assert (found.n, found.agreed, found.yes, found.no, found.precision) == (50, 35, 20, 15, 20 / 35)
    assert statistics.kappa({("yes", "yes"): 3}) is None


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_choice_has_a_name(language: str) -> None:
    known = catalogue(language)
    assert {*BREAKDOWNS["requests"], *BREAKDOWNS["images"]} <= set(known["breakdowns"])
    assert set(known["measures"]) == set(known["measure_definitions"])


def test_bars_and_lines_name_what_they_draw() -> None:
    span = ranges.absolute(NOON, NOON + 2 * HOUR, 3600, NOON)
    rows = pl.DataFrame({"period": ["now", "before"], "at": [NOON, NOON - 2 * HOUR], "series": ["<b>a</b>"] * 2, "rest": [False] * 2,
                         "value": [0.5, 0.25], "n": [4, 0]})  # fmt: skip
    coverage = pl.DataFrame(schema={"collection_id": pl.String, "sampling_probability": pl.Float64, "first_at": pl.Datetime,
                                    "last_at": pl.Datetime, "events": pl.Int64})  # fmt: skip
    canvas = Canvas(span, theme.DARK, NOON)
    chart = charts.over_time(rows, canvas, "answered_rate", shift=2 * HOUR, coverage=coverage).to_dict()
    points = next(iter(chart["datasets"].values()))
    starts = [point["start"] for point in points]
    assert starts[:2] == starts[2:], "the earlier period lies below the present one"
    assert starts[1] - starts[0] == 3_600_000, "a line ends where its last step ends"
    assert charts.multiples(rows, canvas, "requests", shift=2 * HOUR, width=200).to_dict()["columns"] == 3
    bars = charts.bars(question.change(rows), theme.LIGHT, "answered_rate").to_dict()
    assert next(iter(bars["datasets"].values()))[0]["note"] == "50.0 % (+25.0 points)"
    compared = pl.DataFrame(
        {"series": ["a", "b"], "rest": [False] * 2, "value": [30.0, 3.0], "before": [40.0, None], "n": [30, 3]}
    )
    bars = charts.bars(compared, theme.LIGHT, "requests").to_dict()
    assert [row["note"] for row in next(iter(bars["datasets"].values()))] == ["30 (-25.0 %)", "3"]


def test_csv_is_safe_in_a_spreadsheet() -> None:
    rows = pl.DataFrame({"=evil": [*HOSTILE, None], "list": [["a"], [], None, ["=b"], []], "n": [-1, 2, 3, 4, 5]})
    text = exports.csv(rows).decode("utf-8-sig")
    head, *body = csv.reader(io.StringIO(text))
    assert head == ["'=evil", "list", "n"]
    assert [row[0][:2] for row in body] == ["<s", "'=", "\u202er", "lo", ""]
    assert body[0][1:] == ['["a"]', "-1"]
    assert pl.read_parquet(io.BytesIO(exports.parquet(rows))).equals(rows)


@pytest.fixture(scope="module")
def strange(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Requests whose text tries to be more than text."""
    at = datetime.now(UTC) - timedelta(hours=2)
    events = [
        mention(n, event_type="mention", platform="x", occurred_at=at.isoformat().replace("+00:00", "Z"), prompt=HOSTILE[n % 4],
                request_class="sexualising", language="en", jurisdiction="FR", collection_id="keyword-v2")
        for n in range(24)
    ]  # fmt: skip
    return publish(tmp_path_factory.mktemp("strange"), events)


@pytest.mark.parametrize("view", ["time", "multiples", "heat", "top"])
@pytest.mark.parametrize("measure", ["requests", "answered_rate", "targets", "images"])
def test_every_view_of_every_kind_of_measure_opens(
    monkeypatch: pytest.MonkeyPatch, strange: Path, view: str, measure: str
) -> None:
    app = opened(
        monkeypatch, strange, EXPLORE, view=view, measure=measure, split="language", compare="weekdays", range="24h"
    )
    assert names("measures")[measure] in "\n".join(str(header.value) for header in app.header)


NARROWED = {"jurisdiction": "FR", "gender_source": "registry", "class": "question"}


@pytest.mark.parametrize("measure", ["requests", "answered_rate", "fulfilled_share", "targets", "accounts", "images"])
def test_a_filter_that_a_measure_cannot_honour_is_not_offered(
    monkeypatch: pytest.MonkeyPatch, strange: Path, measure: str
) -> None:
    app = opened(monkeypatch, strange, EXPLORE, measure=measure, range="24h", **NARROWED)
    drawn = {box.key for box in app.selectbox} & {"class", *question.FILTERS}
    assert drawn == set(question.narrowed_by(measure))
    unused = [caption.value for caption in app.caption if "cannot be filtered by" in caption.value]
    assert len(unused) == (measure == "images"), "a filter of the link that does not apply is said"
    assert not app.exception


@pytest.mark.parametrize("measure", ["requests", "targets", "images"])
@pytest.mark.parametrize("name", [*question.FILTERS, "request_class"])
def test_what_is_offered_is_applied(tables: Tables, measure: str, name: str) -> None:
    """One row of each of two values: narrowed to one of them, one is counted."""
    offered = "class" if name == "request_class" else name
    if offered not in question.narrowed_by(measure):
        return
    column = {"gender_source": "target_gender_source"}.get(name, name)
    for n, value in enumerate(("a", "b")):
        who = f"00000000-0000-0000-0000-{n:012d}"
        tables.add(
            "mentions", {"occurred_at": NOON, "target_id": who, "account_id": who, "is_self": False, column: value}
        )
        tables.add("requests_hour", asked(NOON, 1, **{column: value}))
        if measure == "images":
            tables.add("production_minute", {"minute": NOON, "outcome": "fulfilled", "generations": 1, column: value})
    steps = {**PERIODS, "breakdown": "none", "top": 5}
    narrowed = PLAIN | {name: "b"}
    match measure:
        case "images":
            rows = tables.ask("explore_images", **steps, platform="b")
            counted = [row["images"] for row in rows]
        case "targets":
            rows = tables.ask("explore_people", **steps, **narrowed, who="targets", one_in=1)
            counted = [row["people"] for row in rows]
        case _:
            counted = [row["requests"] for row in tables.ask("explore_requests", **steps, **narrowed)]
    assert counted == [1]


def test_steps_begin_at_whole_hours_of_what_is_counted_by_hours() -> None:
    span = ranges.relative("24h", ranges.AUTO, datetime(2026, 1, 31, 14, 26), None, datetime(2026, 1, 31, 14, 26))
    assert span.since.minute == span.origin.minute == 30
    stepped = question.stepped(span)
    assert (stepped.since, stepped.until, stepped.step_seconds) == (span.since, span.until, 3600)
    assert stepped.origin == datetime(2026, 1, 30, 14)
    india = question.stepped(ranges.relative("30d", ranges.AUTO, NOON, None, NOON, "Asia/Kolkata"), "Asia/Kolkata")
    assert (india.since.minute, india.origin) == (30, india.since - timedelta(minutes=30))


def test_a_step_without_requests_is_nothing_and_one_without_a_collection_is_a_gap() -> None:
    """42 requests of one day stand for that day, not for the days until the next one."""
    day = timedelta(days=1)
    span = ranges.absolute(NOON.replace(hour=0), NOON.replace(hour=0) + 17 * day, 86_400, NOON + 30 * day)
    coverage = pl.DataFrame(
        {"first_at": [span.since + HOUR, span.since + 10 * day], "last_at": [span.since + 3 * day, span.until]}
    )
    rows = pl.DataFrame({"period": ["now", "now"], "at": [span.since, span.since + 2 * day], "series": ["ar", "en"], "rest": [False] * 2,
                         "value": [42.0, 7.0], "n": [42, 7]})  # fmt: skip
    every = steps.grid(span, (span.since, span.since), coverage)
    found = steps.filled(rows, every, rate=False).filter(pl.col("series") == "ar")
    assert found["value"].to_list() == [42.0, 0, 0, 0, *[None] * 6, *[0] * 7]
    rates = steps.filled(rows, every, rate=True).filter(pl.col("series") == "ar")
    assert rates["value"].to_list() == [42.0, *[None] * 16]
    canvas = Canvas(span, theme.LIGHT, NOON)
    none = pl.DataFrame(schema={"collection_id": pl.String, "sampling_probability": pl.Float64, "first_at": pl.Datetime,
                                "last_at": pl.Datetime, "events": pl.Int64})  # fmt: skip
    chart = charts.over_time(rates, canvas, "answered_rate", shift=timedelta(), coverage=none).to_dict()
    points = [point for point in next(iter(chart["datasets"].values())) if point["value"] is not None]
    assert [point["start"] for point in points] == [points[0]["start"], points[0]["start"] + 86_400_000], (
        "it is one day wide"
    )


def test_the_url_holds_the_whole_question(monkeypatch: pytest.MonkeyPatch, strange: Path) -> None:
    link = {
        "view": "top",
        "split": "jurisdiction",
        "jurisdiction": "FR",
        "platform": "none",
        "top": "5",
        "tz": "Asia/Tokyo",
    }
    app = opened(monkeypatch, strange, EXPLORE, **link)
    assert app.selectbox(key="jurisdiction").value == "FR"
    assert "No data in this period" in written(app), "no request of the platform of that link"
    app.selectbox(key="platform").set_value("all").run()
    assert not app.exception
    assert "Requests by jurisdiction · sexualising requests" in [header.value for header in app.header]
    assert {"platform", "split"} & set(app.query_params) == {"split"}


def test_coding_needs_the_service_and_says_so(monkeypatch: pytest.MonkeyPatch, strange: Path) -> None:
    owner = Owner(strange, "veille replay")
    app = opened(monkeypatch, strange, EXPLORE, view="coding")
    assert "the service is not reachable" in written(app)
    owner.release()


def test_two_coders_code_blind_and_see_how_far_they_agree(monkeypatch: pytest.MonkeyPatch, strange: Path) -> None:
    with serving(strange) as service:
        said = {"anna": ["yes", "yes", "no"], "berta": ["yes", "no", "no"]}
        for person, codes in said.items():
            monkeypatch.setattr("getpass.getuser", lambda person=person: person)
            app = opened(monkeypatch, strange, EXPLORE, view="coding", range="24h")
            if person == "anna":
                monkeypatch.setattr("dashboards.explore.coding.SIZES", (2, 3))
                app = opened(monkeypatch, strange, EXPLORE, view="coding", range="24h")
                button(app, "Draw").click().run()
            _code(app, codes)
        assert not app.exception
        assert {metric.label: metric.value for metric in app.metric} == {
            "Cohen's κ": "0.40", "Same code": "66.7 %", "Both answered yes": "50.0 %",
        }  # fmt: skip
        looks = [(actor, action) for actor, action, _ in service.looks()]
        assert looks.count(("anna", "prompt.code")) == looks.count(("berta", "prompt.code")) == 3


def _code(app: AppTest, codes: list[str]) -> None:
    for code in codes:
        assert not [e for e in app.get("html") if "blockquote" in e.proto.body], "nothing is shown before the click"
        button(app, "Show the prompt").click().run()
        shown = [element.proto.body for element in app.get("html") if "blockquote" in element.proto.body]
        assert len(shown) == 1
        assert "<script>" not in shown[0]
        button(app, {"yes": "Yes", "no": "No"}[code]).click().run()


def button(app: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(found for found in app.button if found.label == label)


def test_a_rate_with_answers_that_nobody_has_judged_lies_between_bounds() -> None:
    counts = {"fulfilled": 1, "partial": 0, "refused": 3, "errors": 2, "unknown": 4, "unanswered": 10}
    rows = pl.DataFrame([{"period": "now", **counts}, {"period": "before", **counts, "unknown": 99}])
    assert question.bounds("answered_rate", rows) == (4, 1 / 8, 5 / 8)
    assert question.bounds("fulfilled_share", rows.drop("period").head(1)) == (4, 1 / 20, 5 / 20)
    assert question.bounds("requests", rows) is None
    assert question.bounds("answered_rate", rows.with_columns(unknown=0)) is None
