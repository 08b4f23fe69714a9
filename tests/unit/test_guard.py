"""`make test-fast` stays fast: the guard refuses what would make it slow, and the target runs what the guard watches."""

import subprocess
import sys
import time

import pytest

from tests.unit.deploy.paths import ROOT
from tests.unit.guard import HEAVY, LONGEST_SLEEP, NotFastError


@pytest.mark.parametrize("program", HEAVY)
def test_no_broker_and_no_browser_is_started(program: str) -> None:
    for command in ([f"/usr/bin/{program}", "-version"], f"{program} -version"):
        with pytest.raises(NotFastError):
            subprocess.Popen(command)


def test_other_programs_run() -> None:
    assert subprocess.run([sys.executable, "-c", "print(1)"], capture_output=True, check=True).stdout == b"1\n"


def test_long_sleeps_are_refused_and_short_ones_are_not() -> None:
    with pytest.raises(NotFastError):
        time.sleep(LONGEST_SLEEP * 1.01)
    time.sleep(0.001)


def test_the_target_leaves_out_what_is_marked_slow() -> None:
    (line,) = [line for line in (ROOT / "Makefile").read_text().splitlines() if '-m "not slow"' in line]
    assert line.endswith("tests/unit")
