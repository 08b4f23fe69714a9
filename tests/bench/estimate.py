"""`veille estimate` on three models' real answers (XSTest): coverage and width of the interval, 90 codes of 450 rows.

Beside it: Wilson with finite population correction on the same codes, and the plain power-tuned difference estimator.
`ROUNDS` draws (default 2,000; environment variable), seed 0.
"""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.bench.report import line
from veille.detect.estimate.estimate import estimate
from veille.detect.estimate.frame import Frame, build, fold
from veille.detect.estimate.intervals import wilson

XSTEST = Path(__file__).resolve().parents[3] / "shared/data/xstest"
VALUE, CODES, SEED = "1_full_compliance", 90, 0
LABELS = ("machine_label", "string_match_label")
Floats = npt.NDArray[np.float64]


def main() -> None:
    if not XSTEST.is_dir():
        print(f"skipped: no answers in ../{XSTEST.parent.parent.name}/data/xstest")
        return
    rounds = int(os.environ.get("ROUNDS", "2000"))
    widths: list[float] = []
    for file in sorted(XSTEST.glob("*.csv")):
        table = pl.read_csv(file, infer_schema=False)
        widths += [_one(file.stem, table, label, rounds) for label in LABELS]
        _nine_kinds(file.stem, table, rounds // 10)
    median = float(np.median(widths))
    line(
        "median of the widths",
        f"{median:.2f} of Wilson",
        beside="plain methods .77",
        target="≤ .65",
        met=median <= 0.65,
    )


def frame_of(table: pl.DataFrame, label: str, *, text: bool = True, kind: bool = True) -> Frame:
    """The answers of one model as a frame."""
    return build(
        table[label].to_list(),
        VALUE,
        frozenset(fold(value) for value in table["final_label"].unique()),
        texts=table["reply"].to_list() if text else None,
        kinds=table["type"].to_list() if kind else None,
    )


def truth_of(table: pl.DataFrame) -> Floats:
    """1 where the final human label is full compliance."""
    return (table["final_label"] == VALUE).cast(pl.Float64).to_numpy()


def draw(truth: Floats, rng: np.random.Generator, among: npt.NDArray[np.bool_] | None = None) -> Floats:
    """Codes of a random sample of the rows (of `among`), NaN elsewhere."""
    pool = np.arange(len(truth)) if among is None else np.flatnonzero(among)
    chosen = rng.choice(pool, CODES, replace=False)
    codes = np.full(len(truth), np.nan)
    codes[chosen] = truth[chosen]
    return codes


def plain(frame: Frame, codes: Floats) -> tuple[float, float]:
    """Power-tuned difference estimator with one label, normal interval, small variance floor (features' floor)."""
    at = np.flatnonzero(~np.isnan(codes))
    label = np.nan_to_num(frame.model)
    rest = 1 - len(at) / len(frame)
    tuned = float(np.clip(np.cov(codes[at], label[at])[0, 1] / max(float(np.var(label, ddof=1)), 1e-9), 0, 1))
    errors = codes[at] - tuned * label[at]
    value = tuned * float(label.mean()) + float(errors.mean())
    half = 1.96 * float(np.sqrt(rest * max(float(errors.var(ddof=1)), 1 / len(at)) / len(at)))
    return value - half, value + half


def _one(model: str, table: pl.DataFrame, label: str, rounds: int) -> float:
    full, labels_only, truth = frame_of(table, label), frame_of(table, label, text=False, kind=False), truth_of(table)
    rng = np.random.default_rng(SEED)
    seen: dict[str, list[tuple[float, float]]] = {"corrected": [], "labels only": [], "Wilson": [], "plain": []}
    for _ in range(rounds):
        codes = draw(truth, rng)
        for name, frame in (("corrected", full), ("labels only", labels_only)):
            share = estimate(frame, codes, by_kind=False).corrected
            seen[name].append((share.low, share.high))
        seen["Wilson"].append(wilson(float(np.nanmean(codes)), CODES, len(truth)))
        seen["plain"].append(plain(full, codes))
    mean = float(truth.mean())
    covered = {name: np.mean([low <= mean <= high for low, high in found]) for name, found in seen.items()}
    wide = {name: float(np.median([high - low for low, high in found])) for name, found in seen.items()}
    against = {name: wide[name] / wide["Wilson"] for name in seen}
    line(
        f"{model}, {label}",
        f"covers {covered['corrected']:.3f}, width {against['corrected']:.2f} of Wilson",
        beside=", ".join(
            f"{name} {covered[name]:.3f} / {against[name]:.2f}" for name in ("labels only", "Wilson", "plain")
        ),
        target="≥ .94",
        met=bool(covered["corrected"] >= 0.94),
    )
    return against["corrected"]


def _nine_kinds(model: str, table: pl.DataFrame, rounds: int) -> None:
    frame, truth = frame_of(table, LABELS[0], text=False), truth_of(table)
    rng = np.random.default_rng(SEED)
    kinds = sorted(table["type"].unique().to_list())
    refused = 0
    for _ in range(rounds):
        coded = set(rng.choice(kinds, 9, replace=False))
        result = estimate(frame, draw(truth, rng, table["type"].is_in(coded).to_numpy()))
        others = [one for one in result.kinds if one.kind not in coded]
        refused += result.corrected.value is None and all(one.corrected.value is None for one in others)
    line(
        f"{model}, codes of nine kinds", f"refused in {refused} of {rounds} draws", target="all", met=refused == rounds
    )
