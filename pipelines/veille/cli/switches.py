"""`veille stop` and `veille resume`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from veille.cli.common import DataDir, say, settings

What = Annotated[Literal["paging", "research"], typer.Argument(help="paging or research.")]
Why = Annotated[str, typer.Option("--comment", "-m", help="Reason; the audit log keeps it.")]


def stop(what: What, comment: Why, data_dir: DataDir = None) -> None:
    """Stop paging or research publishing until it is resumed; every page of the dashboards says so."""
    _turn("stop", what, comment, data_dir)
    say(f"Stopped: {what}. To resume: `veille resume {what} --comment WHY`.")


def resume(what: What, comment: Why, data_dir: DataDir = None) -> None:
    """Resume what was stopped."""
    _turn("resume", what, comment, data_dir)
    say(f"Resumed: {what}.")


def _turn(command: str, what: str, comment: str, data_dir: Path | None) -> None:
    from veille.cli.connect import connected

    with connected(settings(data_dir), f"veille {command}") as client:
        client.post(f"/v1/{command}", {"what": what, "comment": comment})
