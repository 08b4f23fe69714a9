"""The command `veille`: thin commands; the work is in the stages below."""

import os
import sys
from typing import Annotated

import typer

from veille import __version__
from veille.cli.private import keep_private
from veille.cli.registry import LazyGroup
from veille.errors import VeilleError

app = typer.Typer(
    name="veille",
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(
        "Watch streams of events for abuse of AI image generators.\n\n"
        "First steps: try `veille demo` with simulated events. To use your own data, run `veille import FILE…`. "
        "For a live stream, run `veille doctor`, then `veille run`. Open the pages with `veille dashboard`."
    ),
)


def _version(asked: bool) -> None:
    if asked:
        sys.stdout.write(f"veille {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def main() -> None:
    """Entry point: a user's mistake or an outage is one line and an exit status, never a traceback."""
    keep_private()
    try:
        app()
    except VeilleError as error:
        _note(f"veille: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        _note("veille: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader has gone: keep the interpreter quiet
        sys.exit(1)


def _note(line: str) -> None:
    from veille.cli.common import note  # only after a failure, so that it does not make each start slower

    note(line)
