"""Every number of every page is what event rows say."""

from pathlib import Path

import pytest

from tests.consistency.checking import disagreements
from tests.consistency.chosen import VIEWS, view
from tests.consistency.pages import opened
from tests.consistency.truth import Truth
from tests.consistency.unmarked import unmarked


@pytest.mark.parametrize("name", VIEWS)
def test_the_numbers_of_a_page_agree_with_event_rows(
    monkeypatch: pytest.MonkeyPatch, demo: Path, truth: Truth, name: str
) -> None:
    page = view(name, truth)
    app, recorded = opened(monkeypatch, demo, page)
    assert recorded.answers
    wrong = [*disagreements(recorded, page, truth), *unmarked(app, recorded)]
    assert not wrong, "\n".join(wrong)
