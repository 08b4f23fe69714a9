"""The share of rows that have a value: by the model alone, by people alone, and by the model corrected by people.

The corrected figure is a regression estimator of a finite population: codes where there are codes, predictions for
the other rows, plus the mean error of predictions on codes that they were not fitted on (Särndal, Swensson and Wretman
1992, ch. 6; cross-fitted as in prediction-powered inference, Angelopoulos et al. 2023, Zrnic and Candès 2024). The
errors of the predictions give the interval. Two imagined errors, one each way, are added to them, as Agresti and Coull
(1998) add two successes and two failures: a sample that happens to hold none of a model's rare errors does not show
that there are none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, ndtr, stdtrit

from veille.detect.estimate.assisted import fit
from veille.detect.estimate.frame import Floats, Frame, Ints
from veille.detect.estimate.intervals import CONFIDENCE, Share, wilson

LEAST_CODES = 5  # below it a figure is refused
MODEL_CODES = 30  # below it the interval is that of people's codes alone
IMAGINED_ERRORS = 2.0
CHANCE = 1e-3  # kinds without a code are taken for chance where a random draw leaves them out this often


@dataclass(frozen=True, slots=True, kw_only=True)
class KindEstimate:
    """The figures of one kind; `kind` is '' where a row names none."""

    kind: str
    rows: int
    codes: int
    model_alone: Share
    people_alone: Share
    corrected: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The figures of a frame. `method` says what `corrected` rests on; `notes` are sentences for the reader."""

    rows: int
    codes: int
    model_alone: Share
    people_alone: Share
    corrected: Share
    method: str
    notes: tuple[str, ...] = ()
    kinds: tuple[KindEstimate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sample:
    """The coded rows of a frame; `weights` are scaled so that they stand for all rows, `groups` are clusters."""

    rows: int
    at: Ints
    codes: Floats
    weights: Floats
    groups: Ints | None

    @property
    def units(self) -> int:
        return len(self.codes) if self.groups is None else len(np.unique(self.groups))

    @property
    def share(self) -> float:
        return float((self.weights * self.codes).sum() / self.weights.sum())


def estimate(frame: Frame, codes: Floats, *, by_kind: bool = True) -> Estimate:
    """`codes`: 1 or 0 a row of the frame, NaN where nobody coded it. Codes must be a probability sample of the rows."""
    sample = _sample(frame, codes)
    kinds = _by_kind(frame, codes) if by_kind and frame.kinds is not None else ()
    people = _people(sample)
    corrected, method, notes = _corrected(frame, codes, sample, people)
    return Estimate(
        rows=len(frame), codes=len(sample.codes), model_alone=model_alone(frame), people_alone=people,
        corrected=corrected, method=method, notes=notes, kinds=kinds,
    )  # fmt: skip


def model_alone(frame: Frame) -> Share:
    """The mean of the model's figures. Rows without a readable label make it an interval: all could be 0, or all 1."""
    known = frame.model[~np.isnan(frame.model)]
    if not len(known):
        return Share(None, 0.0, 1.0, "the model has no readable label")
    missing = len(frame) - len(known)
    total = float(known.sum())
    return Share(total / len(known), total / len(frame), (total + missing) / len(frame))


def _sample(frame: Frame, codes: Floats) -> _Sample:
    at = np.flatnonzero(~np.isnan(codes))
    weights = np.ones(len(at)) if frame.weights is None else frame.weights[at]
    weights = np.maximum(weights * (len(frame) / weights.sum()), 1.0) if len(at) else weights
    groups = None
    if frame.clusters is not None and len(at):
        groups = np.unique(frame.clusters[at], return_inverse=True)[1].astype(np.int64)
    return _Sample(rows=len(frame), at=at, codes=codes[at], weights=weights, groups=groups)


def _people(sample: _Sample) -> Share:
    """Wilson with finite population correction; unequal weights and clusters reduce the number of codes."""
    codes = len(sample.codes)
    if not codes:
        return Share(None, 0.0, 1.0, "no row has a code")
    share = sample.share
    effective = float(sample.weights.sum() ** 2 / (sample.weights**2).sum())
    confidence = CONFIDENCE
    if sample.groups is not None and sample.units < codes:
        spread = sample.codes - share
        effective = max(min(effective / _together(spread * sample.weights, sample.groups), codes), 1.0)
        if share in (0.0, 1.0):
            effective = float(sample.units)
        confidence = _as_normal(sample.units - 1)
    rows = sample.rows * effective / codes  # the coded part of the rows stays what it is
    return Share(share, *wilson(share, effective, rows, confidence))


def _corrected(frame: Frame, codes: Floats, sample: _Sample, people: Share) -> tuple[Share, str, tuple[str, ...]]:
    bounds = _possible(sample)
    units = "code" if sample.groups is None else "cluster"
    count = sample.units
    if count < min(LEAST_CODES, len(frame)):
        reason = f"{count or 'no'} {units}{'' if count == 1 else 's'}: at least {LEAST_CODES} are needed"
        return Share(None, *bounds, reason), "refused", ()
    empty = _kinds_without_code(frame, sample)
    if len(empty) and not _left_out_by_chance(frame, sample, empty):
        return _where_coded(frame, codes, empty)
    notes = _note_of_empty(frame, empty)
    if len(sample.codes) == len(frame):
        return Share(people.value, people.low, people.high), "every row is coded", notes
    if len(sample.codes) < MODEL_CODES:
        return people, f"people alone: fewer than {MODEL_CODES} codes", notes
    if len(np.unique(sample.codes)) < 2:
        return people, "people alone: all codes are equal", notes
    return _regression(frame, sample, bounds), "regression on the model's labels, corrected by codes", notes


def _regression(frame: Frame, sample: _Sample, bounds: tuple[float, float]) -> Share:
    fitted = fit(frame.design, sample.at, sample.codes, sample.groups)
    rest = np.ones(len(frame), dtype=bool)
    rest[sample.at] = False
    behind = sample.weights - 1  # the rows without a code that a code stands for
    error = float(behind @ fitted.residuals / behind.sum())
    total = sample.codes.sum() + fitted.predicted[rest].sum() + rest.sum() * error
    value = min(max(float(total) / len(frame), bounds[0]), bounds[1])
    half = _half_width(fitted.residuals - error, behind, sample)
    return Share(value, max(value - half, bounds[0]), min(value + half, bounds[1]))


def _half_width(residuals: Floats, behind: Floats, sample: _Sample) -> float:
    """Half the interval. Errors of one cluster add up; imagined ones come together at least as much as the codes do."""
    parts = np.sqrt(behind * sample.weights) * residuals
    together = imagined_together = 1.0
    if sample.groups is not None:
        together = _together(parts, sample.groups)
        imagined_together = max(together, _together(sample.weights * (sample.codes - sample.share), sample.groups))
    imagined = IMAGINED_ERRORS * float(np.mean(behind * sample.weights))
    units = sample.units
    variance = (float(parts @ parts) * together + imagined * imagined_together) * units / (units - 1)
    return float(stdtrit(units - 1, (1 + CONFIDENCE) / 2) * np.sqrt(variance) / sample.rows)


def _together(parts: Floats, groups: Ints) -> float:
    """How many times the variance of a sum grows because rows of one group err together; at least 1."""
    alone = float(parts @ parts)
    sums = np.bincount(groups, parts)
    return max(1.0, float(sums @ sums) / alone) if alone > 0 else 1.0


def _as_normal(degrees: int) -> float:
    """The confidence at which a normal interval is as wide as a 95 % interval of Student's t."""
    return float(2 * ndtr(stdtrit(max(degrees, 1), (1 + CONFIDENCE) / 2)) - 1)


def _possible(sample: _Sample) -> tuple[float, float]:
    """What the share can be whatever the rows without a code are."""
    found = float(sample.codes.sum())
    return found / sample.rows, (found + sample.rows - len(sample.codes)) / sample.rows


def _kinds_without_code(frame: Frame, sample: _Sample) -> Ints:
    if frame.kinds is None:
        return np.array([], dtype=np.int64)
    return np.setdiff1d(frame.kinds, frame.kinds[sample.at])


def _left_out_by_chance(frame: Frame, sample: _Sample, empty: Ints) -> bool:
    """Whether a random draw of this many codes can leave out as many kinds as these: Bonferroni over the choices."""
    assert frame.kinds is not None
    rows, codes, out = len(frame), len(sample.codes), int(np.isin(frame.kinds, empty).sum())
    kinds = len(np.unique(frame.kinds))
    log_p = _log_choose(kinds, len(empty)) + _log_choose(rows - out, codes) - _log_choose(rows, codes)
    return bool(log_p >= np.log(CHANCE))


def _log_choose(n: int, k: int) -> float:
    return float(gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1))


def _where_coded(frame: Frame, codes: Floats, empty: Ints) -> tuple[Share, str, tuple[str, ...]]:
    """Refused: the model's error on kinds that nobody coded is not known. Bounds from the others, and 0 or all here."""
    assert frame.kinds is not None
    out: npt.NDArray[np.bool_] = np.isin(frame.kinds, empty)
    inner = estimate(frame.part(~out), codes[~out], by_kind=False).corrected
    share = float(out.mean())
    reason = (
        f"no code in {_named(frame, empty)} ({int(out.sum())} of {len(frame)} rows): codes of one kind say nothing "
        "about the model's error on another; code rows of these kinds"
    )
    return Share(None, inner.low * (1 - share), inner.high * (1 - share) + share, reason), "refused", ()


def _note_of_empty(frame: Frame, empty: Ints) -> tuple[str, ...]:
    if not len(empty):
        return ()
    return (f"No code in {_named(frame, empty)}. A random draw can leave these out, so the figure includes them.",)


def _named(frame: Frame, kinds: Ints) -> str:
    names = [frame.kind_names[number] or "(none)" for number in kinds]
    shown = ", ".join(names[:10])
    return f"{len(names)} kind{'' if len(names) == 1 else 's'}: {shown}{', …' if len(names) > 10 else ''}"


def _by_kind(frame: Frame, codes: Floats) -> tuple[KindEstimate, ...]:
    assert frame.kinds is not None
    out = []
    for number, name in enumerate(frame.kind_names):
        own = frame.kinds == number
        if own.any():
            one = estimate(frame.part(own), codes[own], by_kind=False)
            out.append(
                KindEstimate(
                    kind=name, rows=one.rows, codes=one.codes, model_alone=one.model_alone,
                    people_alone=one.people_alone, corrected=one.corrected,
                )
            )  # fmt: skip
    return tuple(out)
