"""One detection in a process of its own, so that CPU and peak memory are its alone. Prints one JSON line.

python -m tests.bench.coordination_worker FILE OUT [WINDOW …]
"""

import json
import resource
import sys
from pathlib import Path


def work(file: Path, out: Path, widths: list[int]) -> dict[str, float]:
    """Read, detect, write the clusters; CPU seconds include the imports and reading."""
    import polars as pl

    from veille.detect.coordination import DEFAULT_WINDOWS, Parameters, detect

    windows = tuple(w for w in DEFAULT_WINDOWS if not widths or w.width_s in widths)
    found = detect(pl.read_parquet(file), Parameters(windows=windows))
    found.clusters.write_parquet(out)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {"cpu": usage.ru_utime + usage.ru_stime, "peak": usage.ru_maxrss * 1024, "pairs": len(found.pairs)}


if __name__ == "__main__":
    print(json.dumps(work(Path(sys.argv[1]), Path(sys.argv[2]), [int(w) for w in sys.argv[3:]])))
