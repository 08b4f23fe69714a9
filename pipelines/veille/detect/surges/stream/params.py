"""What the stream of surges may be told. Lengths are in bins of 5 minutes."""

from dataclasses import dataclass, field

from veille.detect.surges.dense_params import DenseParams
from veille.detect.surges.sparse.params import SparseParams
from veille.detect.surges.storms import StormParams

BIN_US = 300_000_000


@dataclass(frozen=True, kw_only=True)
class StreamParams:
    """
    dense, storms, sparse  of the detectors
    min_daily      events a day from which a series has volume and is followed
    max_series     series followed at once; the one with least volume makes room
    max_names      series counted at once, to know their volume
    drop_share     most of what is expected that may be left in the last hour for a drop
    drop_events    least expected events of that hour
    drop_q         false-discovery rate of drops at each step
    """

    dense: DenseParams = field(default_factory=DenseParams)
    storms: StormParams = field(default_factory=StormParams)
    sparse: SparseParams = field(default_factory=SparseParams)
    min_daily: float = 144.0
    max_series: int = 500
    max_names: int = 20_000
    drop_share: float = 0.25
    drop_events: float = 20.0
    drop_q: float = 0.01
