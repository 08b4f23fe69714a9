from datetime import datetime, timedelta
from typing import get_args, get_type_hints

import pytest

from dashboards import words, zones
from dashboards.texts import names
from veille.detection.surges.explain import KNOWN_DAYS
from veille.events import Generation, Mention


@pytest.mark.parametrize(
    ("seconds", "text"), [(-3, "0 s"), (2, "2 s"), (119, "119 s"), (180, "3 min"), (10_000, "3 h"), (400_000, "5 days")]
)
def test_ago_takes_the_unit_that_fits(seconds: float, text: str) -> None:
    assert words.ago(timedelta(seconds=seconds)) == text


@pytest.mark.parametrize(
    ("byte_count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (32_332_056, "32.3 MB"), (5_000_000_000, "5.0 GB")],
)
def test_sizes(byte_count: int, text: str) -> None:
    assert words.size(byte_count) == text


def test_shares_of_nothing_are_a_dash() -> None:
    assert (words.percent(None), words.percent(0.1234)) == ("–", "12.3 %")


def test_every_value_of_the_contract_has_a_name() -> None:
    assert values(Mention, "request_class") == set(names("request_classes"))
    assert values(Generation, "outcome") | {"unanswered"} == set(names("outcomes"))


def values(event: type, field: str) -> set[str]:
    kind = get_type_hints(event)[field]  # without what `Annotated` adds
    parts = [part for part in get_args(kind) if part is not type(None)]  # a field that may be absent is `… | None`
    return {value for part in parts for value in (get_args(part) or (part,))}


@pytest.mark.parametrize("share", [-0.0, -0.0001, -0.0004, 0.0004, 0])
def test_what_rounds_to_nothing_has_no_sign(share: float) -> None:
    assert words.percent(share, 0) == "0 %"
    assert (words.number(-share), words.decimal(-share)) == ("0", "0.0")


def test_the_zone_of_a_period_is_its_place_where_the_clocks_change() -> None:
    january, july = datetime(2026, 1, 5), datetime(2026, 7, 5)
    assert zones.over(january, january + timedelta(days=1), "America/New_York") == "EST"
    assert zones.over(july, july, "America/New_York") == "EDT"
    assert zones.over(january, july, "America/New_York") == "America/New York"
    assert zones.over(january, january + timedelta(days=365), "America/New_York") == "America/New York"
    assert zones.over(january, july, "Asia/Tokyo") == "JST"
    assert zones.over(january, july, "UTC") == "UTC"


def test_accounts_are_called_new_by_the_days_that_the_detector_looks_back() -> None:
    assert all(f"{KNOWN_DAYS} days" in names("account_groups")[group] for group in ("new", "returning"))
