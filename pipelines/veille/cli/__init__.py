"""The command `veille`: thin commands; the work is in the stages below."""

import os
import sys
from typing import Annotated

import typer

from veille import __version__
from veille.errors import VeilleError

app = typer.Typer(
    name="veille",
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


def _register() -> None:
    from veille.cli import (
        audit,
        backup,
        clusters,
        coordination,
        dashboard,
        deadletters,
        demo,
        dictionary,
        doctor,
        export,
        fingerprint,
        import_files,
        incidents,
        pack,
        produce,
        query,
        replay,
        research,
        run,
        schema,
        simulate,
        snapshot,
        sql,
        surges,
        token,
        vault,
    )

    for command in (
        run.run,
        replay.replay,
        produce.produce,
        simulate.simulate,
        demo.demo,
        dashboard.dashboard,
        query.query,
        sql.sql,
        schema.schema,
        dictionary.dictionary,
        export.export,
        fingerprint.fingerprint,
        coordination.coordination,
        backup.backup,
        doctor.doctor,
    ):
        app.command()(command)
    app.command("import")(import_files.import_files)
    app.add_typer(clusters.app, name="clusters")
    app.add_typer(surges.app, name="surges")
    app.add_typer(deadletters.app, name="deadletters")
    app.add_typer(vault.app, name="vault")
    app.add_typer(research.app, name="research")
    app.add_typer(snapshot.app, name="snapshot")
    app.add_typer(pack.app, name="pack")
    app.add_typer(token.app, name="token")
    app.add_typer(audit.app, name="audit")
    app.add_typer(incidents.app, name="incidents")


def main() -> None:
    """Entry point: a user's mistake or an outage is one line and an exit status, never a traceback."""
    from veille.cli.common import note
    from veille.cli.private import keep_private

    keep_private()
    _register()
    try:
        app()
    except VeilleError as error:
        note(f"veille: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        note("veille: stopped")
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno()
        )  # the reader has gone: keep the interpreter quiet
        sys.exit(1)
