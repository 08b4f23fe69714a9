"""Asynchronous code in tests: in a thread of its own, because a browser test may have left a running loop in this one."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run `work` to its end; raises what it raises."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()
