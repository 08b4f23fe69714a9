"""Real data beside the repository; never copied into it."""

import os
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(name: str) -> Path:
    """Path of a file of ../shared/data. Skips where it is absent; fails there in CI."""
    path = FOLDER / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"../shared/data/{name} is missing in CI")
        pytest.skip(f"real data are not here: ../shared/data/{name}")
    return path
