"""A period is the same on every page: half-open, with exact ends, whatever the query reads it from."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.amounts import amount
from tests.unit.dashboards.published import history, publish
from veille.store.reader import Reader

END = datetime(2026, 3, 9, 17, 43)
FIRST = END - timedelta(hours=60)
EVERY: dict[str, Any] = {"request_class": None, "platform": None, "jurisdiction": None, "gender_source": None}
TRUTH = """
    WITH answered AS (
        SELECT mention_id, arg_max(outcome, (occurred_at, ingested_at)) AS outcome
        FROM generations WHERE mention_id IS NOT NULL GROUP BY mention_id
    )
    SELECT
        count(*) AS requests,
        count(*) FILTER (answered.outcome = 'fulfilled') AS fulfilled,
        count(*) FILTER (answered.outcome = 'refused') AS refused,
        count(*) FILTER (answered.outcome IS NULL) AS unanswered
    FROM mentions LEFT JOIN answered ON mentions.event_id = answered.mention_id
    WHERE mentions.occurred_at >= $since::TIMESTAMP AND mentions.occurred_at < $until::TIMESTAMP AND NOT mentions.is_self
"""
IMAGES = """
    SELECT count(*) AS images FROM generations
    WHERE occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP
        AND outcome IN ('fulfilled', 'partial') AND media_type IS DISTINCT FROM 'video'
"""


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder: Path = publish(tmp_path_factory.mktemp("period"), history(60, END.replace(tzinfo=UTC)))
    found = Reader(folder / "published/analyst")
    yield found
    found.close()


minutes = st.integers(-90, 60 * 60 + 90).map(lambda n: FIRST + timedelta(minutes=n))


@pytest.mark.slow
@pytest.mark.long
@settings(max_examples=amount(12, 100), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=minutes, last=minutes)
def test_pages_count_the_same_period(reader: Reader, first: datetime, last: datetime) -> None:
    since, until = min(first, last), max(first, last) + timedelta(minutes=1)
    span = {"since": since, "until": until}
    periods = {**span, "before_since": since, "before_until": since}
    truth = reader.query(TRUTH, span).row(0, named=True)
    counts = list(truth)
    now = reader.named("dashboards/headline", **periods, request_class=None).filter(period="now").row(0, named=True)
    assert {key: now[key] for key in counts} == truth
    steps = {"step_seconds": 3600, "origin": since.replace(minute=0), "top": 3}
    explored = reader.named("dashboards/explore_requests", **periods, **steps, **EVERY, breakdown="language")
    assert {key: int(explored[key].sum() or 0) for key in counts} == truth
    heat = reader.named("dashboards/explore_heat", **span, **EVERY, zone_seconds=0)
    assert {key: int(heat[key].sum() or 0) for key in counts} == truth
    assert heat["hours"].sum() == pytest.approx((until - since) / timedelta(hours=1)), (
        "an hour in part counts as its part"
    )
    spoken = reader.named("dashboards/languages", **span, request_class=None, top=2)
    assert int(spoken["requests"].sum() or 0) == truth["requests"]
    images = reader.query(IMAGES, span).row(0, named=True)["images"]
    made = reader.named("dashboards/production", **periods).filter(period="now").row(0, named=True)
    drawn = reader.named("dashboards/explore_images", **periods, **steps, breakdown="none", platform=None)
    assert made["images"] == int(drawn["images"].sum() or 0) == images
