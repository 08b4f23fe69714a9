"""Real data beside the repository; never copied into it."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def shared_data(name: str) -> Path:
    """Path of a file of ../shared/data. Skips where it is absent; fails there in CI."""
    return _shared("data", name)


def shared_case(name: str) -> Path:
    """Path of a file of ../shared/cases: small inputs with what is right for them. Absent: as `shared_data`."""
    return _shared("cases", name)


def _shared(folder: str, name: str) -> Path:
    path = SHARED / folder / name
    if not path.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"../shared/{folder}/{name} is missing in CI")
        pytest.skip(f"shared files are not here: ../shared/{folder}/{name}")
    return path
