"""A whole file of events through the same steps as the live stream."""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from veille.detect.surges.looks import StepResult
from veille.detect.surges.records import InsistentAccount, Surge
from veille.detect.surges.sparse.detector import SparseDetector
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.sparse.recent import ACCOUNT_HASH, MICRO
from veille.detect.surges.stream.history import LENGTH as SETTLED


@dataclass(frozen=True)
class PanelResult:
    """The last version of every surge and of every insistent account, in order of opening."""

    surges: list[Surge]
    insistent: list[InsistentAccount]
    detector: SparseDetector


def run_panel(
    events: pl.DataFrame,
    params: SparseParams | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
    on_step: Callable[[int, StepResult], None] = lambda bin_, result: None,
) -> PanelResult:
    """Replay events (account_id, target_id, occurred_at; any order) bin by bin; what is open at the end stays open.

    After SETTLED bins without an event what is open is closed and the past is let go, as in the stream. Rows without a
    target or account are left out. Raises ValueError if nothing is left.
    """
    detector = SparseDetector(params)
    width = detector.params.bin_seconds
    kept = events.select("target_id", "account_id", "occurred_at").drop_nulls()
    if kept.is_empty():
        raise ValueError("no events with account, target and time")
    # Hashes and times are made here, at once: bin by bin they would cost half of a step.
    timed = kept.with_columns(pl.col("occurred_at").cast(pl.Datetime("us")), account_hash=ACCOUNT_HASH)
    micro = pl.col("occurred_at").to_physical()
    binned = timed.with_columns((micro // (width * MICRO)).alias("bin")).sort("bin")
    surges: dict[str, Surge] = {}
    insistent: dict[str, InsistentAccount] = {}
    parts = binned.partition_by("bin", maintain_order=True, include_key=True)
    for done, part in enumerate(parts):
        bin_ = int(part["bin"][0])
        if detector.now is not None and bin_ - detector.now >= SETTLED:
            _collect(_settled(detector), surges, insistent)
            detector = SparseDetector(params)
        result = detector.step(bin_, part)
        _collect(result, surges, insistent)
        on_step(bin_, result)
        progress(done + 1, len(parts))
    return PanelResult(
        sorted(surges.values(), key=lambda s: (s.opened_at, s.surge_id)),
        sorted(insistent.values(), key=lambda f: (f.opened_at, f.finding_id)),
        detector,
    )


def _settled(detector: SparseDetector) -> StepResult:
    """What the silence after the last event decides."""
    assert detector.now is not None
    nothing = pl.DataFrame(schema={"target_id": pl.String, "account_id": pl.String, "occurred_at": pl.Datetime("us")})
    result = detector.step(detector.now - 1 + SETTLED, nothing)
    result.closed += detector.finish()
    result.insistent += detector.finish_insistent()
    return result


def _collect(result: StepResult, surges: dict[str, Surge], insistent: dict[str, InsistentAccount]) -> None:
    for surge in (*result.updated, *result.opened, *result.closed):
        kept = surges.get(surge.surge_id)
        if kept is None or surge.version >= kept.version:
            surges[surge.surge_id] = surge
    for finding in result.insistent:
        insistent[finding.finding_id] = finding
