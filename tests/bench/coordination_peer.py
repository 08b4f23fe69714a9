"""coordination-network-toolkit (CNT) in its own environment, on the same mentions."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import polars as pl

from tests.bench.usage import Usage, measured

_VERSION = "coordination-network-toolkit==1.5.2"
_PROGRAM = """
import json, sqlite3, sys
from coordination_network_toolkit.preprocess import preprocess_csv_files
from coordination_network_toolkit.compute_networks import compute_co_retweet_parallel
database, table, window, least = sys.argv[1:5]
if __name__ == "__main__":
    preprocess_csv_files(database, [table])
    compute_co_retweet_parallel(database, int(window), n_threads=2, min_edge_weight=int(least))
    query = "select user_1, user_2, weight from co_retweet_network where user_1 <> user_2"
    edges = sqlite3.connect(database).execute(query).fetchall() if len(sys.argv) > 5 else []
    print(json.dumps(edges))
"""


def interpreter(folder: Path) -> Path | None:
    """Python of an environment with CNT: CNT_PYTHON, or made in `folder`; None where it cannot be installed."""
    given = os.environ.get("CNT_PYTHON")
    if given:
        return Path(given)
    venv.create(folder / "cnt", with_pip=True)
    python = folder / "cnt" / "bin" / "python"
    done = subprocess.run([python, "-m", "pip", "install", "--quiet", _VERSION], check=False, capture_output=True)
    return python if done.returncode == 0 else None


def run(
    python: Path, mentions: pl.DataFrame, folder: Path, window_s: int, least: int, *, edges: bool
) -> tuple[Usage, list[tuple[str, str, int]]]:
    """What loading and computing used (whole process tree), and, if asked, the directed edges."""
    table, database, program = folder / "cnt.csv", folder / "cnt.sqlite", folder / "cnt_run.py"
    database.unlink(missing_ok=True)
    empty = pl.lit("")
    columns = {"message_id": pl.col("event_id"), "user_id": pl.col("account_id"), "username": pl.col("account_id")}
    columns |= {"repost_id": pl.col("target_id"), "reply_id": empty, "message": empty}
    columns |= {"timestamp": pl.col("occurred_at").dt.epoch("s"), "urls": empty}
    mentions.select(**columns).write_csv(table)
    program.write_text(_PROGRAM, encoding="utf-8")
    command = [
        str(python),
        str(program),
        str(database),
        str(table),
        str(window_s),
        str(least),
        *(["edges"] if edges else []),
    ]
    used = measured(command, os.environ)
    return used, [tuple(edge) for edge in json.loads(used.output.splitlines()[-1])]


if __name__ == "__main__":
    sys.exit("run by tests.bench.coordination")
