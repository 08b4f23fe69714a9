"""The pages of findings on real mentions, in the long form: detection over the file takes a minute and more."""

from pathlib import Path

import pytest

from tests.amounts import LONG
from tests.consistency.checking import disagreements
from tests.consistency.chosen import view
from tests.consistency.pages import opened
from tests.consistency.truth import Truth
from tests.consistency.unmarked import unmarked


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="detection over a real file belongs to the long form: make test-long")
@pytest.mark.parametrize("name", ["incidents", "surge", "cluster", "incident"])
def test_the_numbers_of_findings_in_real_mentions_agree(monkeypatch: pytest.MonkeyPatch, real: Path, name: str) -> None:
    truth = Truth(real)
    page = view(name, truth)
    app, recorded = opened(monkeypatch, real, page)
    wrong = [*disagreements(recorded, page, truth), *unmarked(app, recorded)]
    assert not wrong, "\n".join(wrong)
