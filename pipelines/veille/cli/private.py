"""What a process of Veille leaves on disk is readable by its owner only, and its memory never lands there."""

import os
import resource
from pathlib import Path

UMASK = 0o077
"""New files 0600, new folders 0700."""


def keep_private() -> None:
    """Set the umask, and forbid core dumps for this process and its children.

    The limit stops dumps into files; the filter empties those that the kernel pipes to a program, which ignore it.
    """
    os.umask(UMASK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        Path("/proc/self/coredump_filter").write_text("0", encoding="ascii")
    except OSError:
        return  # not Linux, or no /proc here: the limit stands
