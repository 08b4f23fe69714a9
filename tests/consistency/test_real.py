"""The same on real mentions: a year without answers or classes."""

from pathlib import Path

import pytest

from tests.consistency.checking import disagreements
from tests.consistency.chosen import view
from tests.consistency.pages import opened
from tests.consistency.truth import Truth
from tests.consistency.unmarked import unmarked


@pytest.mark.parametrize("name", ["now-every-class", "explore", "targets"])
def test_the_numbers_of_real_mentions_agree(monkeypatch: pytest.MonkeyPatch, real: Path, name: str) -> None:
    truth = Truth(real)
    page = view(name, truth)
    app, recorded = opened(monkeypatch, real, page)
    wrong = [*disagreements(recorded, page, truth), *unmarked(app, recorded)]
    assert not wrong, "\n".join(wrong)
