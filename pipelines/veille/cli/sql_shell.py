"""The prompt of `veille sql`."""

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from veille.access import Role
from veille.cli.common import note, say
from veille.research.gateway import CatalogueRelation, Gateway, GatewayError, QueryRequest, QueryResult
from veille.research.gateway.lock import SAID, lock_of
from veille.store.errors import StoreError
from veille.store.export import to_csv, to_table

HELP = """\\d             views and tables          \\d NAME        its columns
\\timing        times on or off           \\catalogue C   analyst or research
\\csv FILE      write the last result     \\history       queries of yours not yet in the log
\\?             this help                 \\q             quit (or Ctrl-D)
A statement ends with ; and can span several lines. Ctrl-C cancels a running query."""
HISTORY_LINES = 2000


class Shell:
    """Reads statements and commands, and prints what comes of them."""

    def __init__(
        self, gateway: Gateway, actor: str, roles: Iterable[Role], catalogue: str, seconds: float | None
    ) -> None:
        self._gateway, self._actor, self._roles = gateway, actor, tuple(roles)
        self._catalogue, self._seconds = catalogue, seconds
        self._timing = True
        self._last: QueryResult | None = None
        self._commands: dict[str, Callable[[str], None]] = {
            "\\d": self._describe,
            "\\timing": self._toggle,
            "\\catalogue": self._choose,
            "\\csv": self._save,
            "\\history": self._history,
            "\\?": lambda _: say(HELP),
        }

    def run(self, source: TextIO, history: Path | None) -> None:
        """Until the input ends, or \\q. history: of a terminal; None reads `source` line by line."""
        lock = lock_of(self._gateway.settings.research.kernel_lock)
        if lock != "kernel":
            note(SAID[lock])
        if history is not None:
            with _line_editing(history, self._words):
                if lock == "kernel":
                    say(SAID[lock])
                say(f"Catalogue {self._catalogue}. \\? for help, \\q to quit.")
                self._loop(self._ask)
        else:
            lines = iter(source)
            self._loop(lambda _: next(lines).rstrip("\n"))

    def _loop(self, read: Callable[[str], str]) -> None:
        waiting: list[str] = []
        while True:
            try:
                line = read("....> " if waiting else f"{self._catalogue}> ")
            except (EOFError, StopIteration):
                break
            except KeyboardInterrupt:  # gives the unfinished statement up
                waiting.clear()
                say("")
                continue
            if not waiting and line.strip() == "\\q":
                return
            if not waiting and line.lstrip().startswith("\\"):
                self._command(line.strip())
            elif line.strip() or waiting:
                waiting.append(line)
            if waiting and waiting[-1].rstrip().endswith(";"):
                self._statement("\n".join(waiting))
                waiting.clear()
        if waiting:
            self._statement("\n".join(waiting))

    def _ask(self, prompt: str) -> str:
        return input(prompt)

    def _statement(self, sql: str) -> None:
        request = QueryRequest(
            sql=sql,
            actor=self._actor,
            roles=self._roles,
            catalogue=self._catalogue,
            seconds=self._seconds,
            way="cli",
        )
        try:
            result = self._wait(request)
        except GatewayError as error:
            note(str(error))
            return
        self._last = result
        say(to_table(result.frame).rstrip("\n"))
        if result.notice:
            note(str(result.notice))
        if self._timing:
            as_of = f", as of {result.as_of:%Y-%m-%d %H:%M:%S} UTC" if result.as_of else ""
            say(f"{result.seconds:.2f} s{as_of}")

    def _wait(self, request: QueryRequest) -> QueryResult:
        running = self._gateway.start(request)
        try:
            while True:
                try:
                    return running.result(timeout=0.2)
                except TimeoutError:
                    continue
                except KeyboardInterrupt:
                    running.cancel()
        finally:
            running.settle()

    # -- commands ------------------------------------------------------------

    def _command(self, line: str) -> None:
        name, _, rest = line.rstrip(";").partition(" ")
        act = self._commands.get(name)
        if act is None:
            note(f"{name} is not a command; \\? shows all commands")
            return
        try:
            act(rest.strip())
        except (GatewayError, StoreError, OSError) as error:
            note(str(error))

    def _schema(self) -> list[CatalogueRelation]:
        return self._gateway.schema(self._catalogue, self._roles)

    def _describe(self, name: str) -> None:
        relations = self._schema()
        if not name:
            width = max((len(each.name) for each in relations), default=0)
            for each in relations:
                say(f"{each.name:<{width}}  {each.comment}")
            return
        found = [each for each in relations if each.name == name.lower()]
        if not found:
            note(f"there is no {name} in the catalogue {self._catalogue}; \\d lists all names")
            return
        say(found[0].comment)
        names = max(len(column.name) for column in found[0].columns)
        types = max(len(column.type) for column in found[0].columns)
        for column in found[0].columns:
            say(f"  {column.name:<{names}}  {column.type:<{types}}  {column.comment}")

    def _toggle(self, _: str) -> None:
        self._timing = not self._timing
        say(f"times {'on' if self._timing else 'off'}")

    def _choose(self, name: str) -> None:
        self._gateway.schema(name, self._roles)  # refused, or not published: then the present one stays
        self._catalogue = name
        say(f"catalogue {name}")

    def _save(self, name: str) -> None:
        if self._last is None or not name:
            note("\\csv FILE writes the result of the last query")
            return
        Path(name).write_text(to_csv(self._last.frame), encoding="utf-8")
        say(f"{self._last.rows} rows in {name}")

    def _history(self, _: str) -> None:
        for record in reversed(self._gateway.recent(self._actor, self._roles, 20)):
            seconds = "" if record.seconds is None else f"{record.seconds:.1f} s"
            say(f"{record.started_at:%H:%M:%S}  {record.outcome:<9} {seconds:>7}  {' '.join(record.sql.split())[:100]}")

    def _words(self) -> list[str]:
        try:
            relations = self._schema()
        except (GatewayError, StoreError):
            return []
        return sorted(
            {each.name for each in relations} | {column.name for each in relations for column in each.columns}
        )


@contextlib.contextmanager
def _line_editing(history: Path, words: Callable[[], list[str]]) -> Iterator[None]:
    """Readline with a history of one's own (0600) and completion of names, where the system has it."""
    try:
        import readline
    except ImportError:
        yield
        return
    known: list[str] = []

    def complete(text: str, state: int) -> str | None:
        if not known:
            known.extend(words())
        return next(
            (word for number, word in enumerate(w for w in known if w.startswith(text)) if number == state), None
        )

    with contextlib.suppress(OSError):
        history.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(history, os.O_CREAT | os.O_APPEND, 0o600))
        readline.read_history_file(history)
    readline.set_history_length(HISTORY_LINES)
    readline.set_completer(complete)
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            readline.write_history_file(history)
