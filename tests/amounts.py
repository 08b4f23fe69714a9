"""How much a heavy test does: enough for CI, or, with VEILLE_TEST_LONG=1 (`make test-long`), all of it."""

import os
from typing import TypeVar

LONG = os.environ.get("VEILLE_TEST_LONG") == "1"
Amount = TypeVar("Amount")


def amount(ci: Amount, long: Amount) -> Amount:
    """`long` in the long form, `ci` otherwise. Mark such a test `long`, so that `make test-long` runs it."""
    return long if LONG else ci
