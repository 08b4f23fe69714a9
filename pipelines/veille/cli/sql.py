"""`veille sql`: SQL at a prompt."""

import sys
from pathlib import Path

from veille.cli.common import DataDir, settings
from veille.cli.query import AskingRole, AsOption, CatalogueOption, SecondsOption, asker, chosen


def sql(
    data_dir: DataDir = None,
    catalogue: CatalogueOption = None,
    role: AsOption = AskingRole.ANALYST,
    seconds: SecondsOption = None,
) -> None:
    """Ask a published catalogue at a prompt: history, completion, times, \\d for the schema, Ctrl-C ends a query.

    Statements end with a semicolon and may stand on several lines. \\? shows what else there is.
    """
    from veille.cli.sql_shell import Shell
    from veille.research.gateway import Gateway

    shell = Shell(Gateway(settings(data_dir)), asker(), (role.value,), chosen(catalogue, role), seconds)
    shell.run(sys.stdin, history=_history() if sys.stdin.isatty() else None)


def _history() -> Path:
    import os

    state = os.environ.get("XDG_STATE_HOME")
    return (Path(state) if state else Path.home() / ".local/state") / "veille" / "sql_history"
