"""`veille` in a process of its own that is forked from a server which has the imports: a start costs milliseconds, not seconds.

It is also given the template of the catalogue, which each process would make for itself.

The command line, environment, working directory and streams are those of a fresh process. tests/unit/cli starts the installed
program itself.
"""

import multiprocessing
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

# Imported for the server, which loads this module once.
from veille import cli, detection, service  # noqa: F401
from veille.cli import dashboard, query, replay, run  # noqa: F401
from veille.detect import heavy
from veille.research import gateway  # noqa: F401
from veille.service import replay as replaying  # noqa: F401
from veille.service import supervise  # noqa: F401
from veille.store.migrations import migrate
from veille.store.publish import catalogue, columns
from veille.store.publish.template import template

for _load in (heavy.negative_binomial, heavy.networks):
    _load()

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])


class Forked:
    """One `veille …`; used as a subprocess.Popen is. returncode: as there, −9 for one that was killed."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], out: Path, err: Path) -> None:
        """out, err: files to which its streams are appended; may be the same."""
        for file in (out, err):
            file.touch(mode=0o600)
        self._process = _CONTEXT.Process(
            target=_command,
            args=([*arguments], dict(environment), str(Path.cwd()), str(out), str(err), *_made()),
        )
        self._process.start()

    @property
    def returncode(self) -> int | None:
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, seconds: float | None = None) -> int:
        """The exit status. Raises TimeoutError where it does not end in time."""
        self._process.join(seconds)
        if self._process.exitcode is None:
            raise TimeoutError(f"it has not ended within {seconds} s")
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


@cache
def _made() -> tuple[columns.Columns, bytes]:
    """Columns of the published relations, and the template of a catalogue that has them."""
    with duckdb.connect(config={"threads": "1"}) as connection:
        migrate(connection)
        connection.begin()
        asked = columns.of_database(connection)
    return asked, template(asked)


def _command(
    arguments: list[str],
    environment: dict[str, str],
    place: str,
    out: str,
    err: str,
    known: columns.Columns,
    made: bytes,
) -> None:
    """What the installed program does, in the forked process."""
    catalogue.template = lambda asked: made if asked == known else template(asked)  # type: ignore[assignment,attr-defined]
    os.chdir(place)
    os.environ.clear()
    os.environ.update(environment)
    for stream, file in ((1, out), (2, err)):
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, stream)
        os.close(opened)
    sys.argv = ["veille", *arguments]
    cli.main()
