"""Names of series, small chances and multiples, as pages write them."""

import pytest

from dashboards.shared import naming
from tests.unit.dashboards.findings.tables import uid


@pytest.mark.parametrize(("kind", "key", "target", "text"), [
    ("all", "all", None, "All requests"), ("language", "fr", None, "Language: French"), ("language", "xx", None, "Language: xx"),
    ("request_class", "sexualising", None, "Class: Sexualising"), ("generator", "<b>", None, "Generator: <b>"),
    ("something", "new", None, "something: new"), ("target", uid(1), uid(1), "T-0000-0000-0000"),
])  # fmt: skip
def test_series_have_names(kind: str, key: str, target: str | None, text: str) -> None:
    assert naming.series(kind, key, target) == text


@pytest.mark.parametrize(
    ("p", "text"), [(None, "–"), (0.05, "5.00 %"), (0.00002, "0.0020 %"), (1e-12, "< 0.0001 %"), (0.0, "< 0.0001 %")]
)
def test_small_chances_are_written_so_that_people_can_read_them(p: float | None, text: str) -> None:
    assert naming.chance(p) == text


@pytest.mark.parametrize(
    ("observed", "expected", "text"), [(36, 0.0, "> 99 ×"), (36, 0.1, "> 99 ×"), (36, 10, "3.6 ×"), (500, 10, "50 ×")]
)
def test_how_many_times_the_usual(observed: float, expected: float, text: str) -> None:
    assert naming.times(observed, expected) == text
