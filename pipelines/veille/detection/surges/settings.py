"""Settings of surges as parameters of the detectors."""

from veille.config import Surges
from veille.detect.surges.dense_params import DenseParams
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.storms import StormParams
from veille.detect.surges.stream.params import StreamParams

BYTES_A_MENTION = 36
"""24 bytes in the buffer of the last day (detect/surges/sparse/recent.py), which grows by half when it is full."""


def stream_params(settings: Surges) -> StreamParams:
    """Parameters of the stream of surges."""
    sparse = SparseParams(
        q=settings.q,
        min_events=settings.min_events,
        min_accounts=settings.min_accounts,
        burst_cap=settings.burst_cap,
        insistent=((settings.insistent_hour, 12), (settings.insistent_day, 288)),
        max_rows=(settings.memory_mib << 20) // BYTES_A_MENTION,
        max_series=settings.max_targets,
    )
    dense = DenseParams(open_at=settings.open_at, reopen_at=settings.reopen_at)
    return StreamParams(
        dense=dense,
        storms=StormParams(least_events=settings.storm_events),
        sparse=sparse,
        min_daily=settings.min_daily,
        max_series=settings.max_series,
        drop_share=settings.drop_share,
    )
