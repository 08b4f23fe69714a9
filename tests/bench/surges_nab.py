"""Dense surges on real mention counts (NAB realTweets, five series), beside the published detectors.

Everything chosen is chosen on the other four series; the interval is a bootstrap over series. Seed 0.
"""

import importlib.util
import time
from itertools import product
from pathlib import Path
from types import ModuleType

import numpy as np
import numpy.typing as npt

from tests.bench.report import line
from veille.detect.surges.dense import DenseBank
from veille.detect.surges.dense_params import DenseParams

SHARED = Path(__file__).resolve().parents[3] / "shared"
SHIPPED = DenseParams()
THRESHOLDS = tuple(SHIPPED.open_at * f for f in (0.9, 0.95, 0.975, 1.0, 1.025, 1.05, 1.1))
BASELINES = ((288, 2016), (288, 864, 2016))
PUBLISHED = {  # standard profile on all ten realTweets series, own best threshold; NAB's published results
    "ARTime": 83.2,
    "contextOSE": 74.5,
    "Numenta HTM": 69.3,
    "earthgecko Skyline": 68.9,
    "KNN-CAD": 64.3,
    "relativeEntropy": 59.8,
    "Twitter ADVec": 59.6,
    "windowed Gaussian": 51.4,
    "Etsy Skyline": 47.6,
    "random": 26.4,
}
Floats = npt.NDArray[np.float64]


def main() -> None:
    if not (SHARED / "data/nab").is_dir():
        print(f"skipped: no real counts in ../{SHARED.name}/data/nab")
        return
    tool = _scorer()
    corpus = tool.load_corpus(str(SHARED / "data/nab"))
    names = sorted(corpus)
    windows = np.array([len(corpus[n].windows) for n in names], dtype=float)
    started = time.perf_counter()
    raw = {key: _raw(tool, corpus, names, *key) for key in product(BASELINES, THRESHOLDS)}
    updates = sum(len(corpus[n].value) for n in names) * len(raw)
    micros = (time.perf_counter() - started) / updates * 1e6
    left_out, chosen = _leave_one_out(raw, len(names))
    shipped = raw[SHIPPED.baselines, THRESHOLDS[3]]
    low, high = _bootstrap(left_out, windows)
    line(
        "Veille, shipped threshold",
        f"{_score(shipped, windows):.1f} NAB standard profile",
        beside="best published 83.2",
    )
    nested = _score(left_out, windows)
    line(
        "Veille, chosen on the other series",
        f"{nested:.1f} (95 % over series {low:.1f}-{high:.1f})",
        target="≥ 80",
        met=nested >= 80,
    )
    for name, one, key in zip(names, left_out, chosen, strict=True):
        mine = windows[names.index(name)]
        print(
            f"    {Path(name).stem.split('_')[-1]:5s} {_score(np.array([one]), np.array([mine])):5.1f}  chosen {key[1]:.3f}, {key[0]}"
        )
    near = [_score(raw[SHIPPED.baselines, t], windows) for t in THRESHOLDS[1:6]]
    line("Veille, threshold -5 … +5 %", ", ".join(f"{x:.1f}" for x in near), target="≥ 77", met=min(near) >= 77)
    one = DenseBank(1)
    print(f"cost: {micros:.0f} µs an update in a bank of five, {one.nbytes / 1000:.0f} kB a series")
    print("published, on all ten series with each one's best threshold (not the same five):")
    print("    " + ", ".join(f"{name} {score}" for name, score in PUBLISHED.items()))


def _scorer() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("nab_score", SHARED / "tools/nab_score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["nab_score"] = module
    spec.loader.exec_module(module)
    return module


def _raw(
    tool: ModuleType, corpus: dict[str, object], names: list[str], baselines: tuple[int, ...], threshold: float
) -> Floats:
    """NAB's raw score of each series; series of different lengths end in unobserved bins."""
    values = [corpus[n].value for n in names]  # type: ignore[attr-defined]
    counts = np.full((max(map(len, values)), len(names)), np.nan)
    for i, one in enumerate(values):
        counts[: len(one), i] = one
    opens = np.array(
        [s.opens for s in DenseBank(len(names), DenseParams(open_at=threshold, baselines=baselines)).run(counts)]
    )
    found = {n: opens[: len(values[i]), i].astype(float) for i, n in enumerate(names)}
    return np.array([tool.raw_score(corpus, found, [n], "standard", 0.5)[0] for n in names])


def _score(raw: Floats, windows: Floats) -> float:
    """Normalised: 0 finds nothing, 100 is perfect."""
    return float(100 * (raw.sum() + windows.sum()) / (2 * windows.sum()))


def _leave_one_out(
    raw: dict[tuple[tuple[int, ...], float], Floats], series: int
) -> tuple[Floats, list[tuple[tuple[int, ...], float]]]:
    chosen = [max(raw, key=lambda key: raw[key].sum() - raw[key][i]) for i in range(series)]
    return np.array([raw[key][i] for i, key in enumerate(chosen)]), chosen


def _bootstrap(raw: Floats, windows: Floats) -> tuple[float, float]:
    rng = np.random.default_rng(0)
    picks = rng.integers(0, len(raw), (5000, len(raw)))
    low, high = np.quantile([_score(raw[i], windows[i]) for i in picks], [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    main()
