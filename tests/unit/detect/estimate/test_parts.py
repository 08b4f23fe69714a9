"""Texts as figures, leaving out exactly, and Wilson's interval."""

import numpy as np
import pytest

from veille.detect.estimate.assisted import fit
from veille.detect.estimate.intervals import wilson
from veille.detect.estimate.text import text_features


def test_texts_of_a_kind_lie_together_and_missing_ones_at_the_mean() -> None:
    texts = ["sorry, I can not do that", "sorry, I can not help with it", "here is the list you want", "here is a list"]
    features = text_features([*texts, None, "  "])
    assert features.shape[0] == 6
    assert not features[4:].any()
    assert features[:4].mean(axis=0) == pytest.approx(0, abs=1e-9)
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    assert distance[0, 1] < distance[0, 2]
    assert distance[2, 3] < distance[2, 1]


@pytest.mark.parametrize("texts", [[], [None, ""], ["one"], ["same", "same"], ["a", "b"]])
def test_texts_that_tell_nothing_apart_have_no_figures(texts: list[str | None]) -> None:
    features = text_features(texts)
    assert features.shape[0] == len(texts)
    assert np.isfinite(features).all()


def test_texts_beyond_those_learned_from_are_projected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("veille.detect.estimate.text.FITTED_ON", 20)
    texts = [f"{'sorry no' if row % 2 else 'here it is'} {row % 7} {row % 5}" for row in range(90)]
    features = text_features(texts)
    sides = [features[row::2].mean(axis=0) for row in (0, 1)]
    assert np.linalg.norm(sides[0] - sides[1]) > 0.5


@pytest.mark.parametrize(("codes", "columns"), [(12, 30), (40, 6)])
@pytest.mark.parametrize("grouped", [False, True])
def test_left_out_residuals_equal_those_of_a_second_fit(codes: int, columns: int, grouped: bool) -> None:
    rng = np.random.default_rng(1)
    design = np.hstack([np.full((codes + 5, 1), 10.0), rng.normal(size=(codes + 5, columns - 1))])
    truth = (rng.random(codes) < 0.5).astype(float)
    at = np.arange(codes)
    groups = at // 3 if grouped else None
    fitted = fit(design, at, truth, groups)
    apart = at // 3 if grouped else at
    possible = []
    for penalty in (0.1, 0.2, 0.4, 0.8, 1.6):
        residual = np.empty(codes)
        for one in np.unique(apart):
            kept = design[:codes][apart != one]
            weights = np.linalg.solve(kept.T @ kept + penalty * np.eye(columns), kept.T @ truth[apart != one])
            own = apart == one
            residual[own] = truth[own] - np.clip(design[:codes][own] @ weights, 0, 1)
        possible.append(residual)
    best = min(possible, key=lambda residual: float(np.mean(residual**2)))
    assert fitted.residuals == pytest.approx(best, abs=1e-7)
    assert fitted.predicted.min() >= 0
    assert fitted.predicted.max() <= 1


def test_wilson_is_the_known_interval() -> None:
    assert wilson(21 / 102, 102, 1e12) == pytest.approx((0.139, 0.294), abs=6e-4)  # Reuters' 21 of 102
    assert wilson(0.3, 50, 50) == (0.3, 0.3)
    low, high = wilson(0.0, 10, 1000)
    assert low == 0.0
    assert 0.2 < high < 0.3
