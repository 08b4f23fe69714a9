"""What a `veille …` command line may say, asked of the commands themselves."""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import typer.main

from veille import cli

_FENCE = re.compile(r"^(`{3,})(\w*)[^\n]*\n(.*?)^\1[ ]*$", re.MULTILINE | re.DOTALL)
_SHELL = {"", "sh", "bash", "console", "shell"}
_ASSIGNMENT = re.compile(r"^[A-Z_][A-Z0-9_]*=")
_PLACEHOLDER = re.compile(r"^[A-Z][A-Z_]*…?$|^…$")


@cache
def root() -> Any:
    """The whole command, as `veille` builds it when it starts."""
    return typer.main.get_command(cli.app)


def documented(file: Path) -> Iterator[list[str]]:
    """Words after `veille` of each command line in a document's fenced shell blocks."""
    for block in shell_blocks(file):
        for line in block.replace("\\\n", " ").splitlines():
            yield from invocations(line)


def shell_blocks(file: Path) -> Iterator[str]:
    """Text of a document's fenced blocks that are shell, or of no named language."""
    for _, language, text in _FENCE.findall(file.read_text(encoding="utf-8")):
        if language in _SHELL:
            yield text


def invocations(line: str) -> Iterator[list[str]]:
    """Words after `veille` of each command in a shell line (pipes, `&&`, `docker compose exec veille veille …`)."""
    lexer = shlex.shlex(line.strip().removeprefix("$ "), posix=True, punctuation_chars="|&;<>")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        words = list(lexer)
    except ValueError:  # prose with an apostrophe is no command
        return
    command: list[str] = []
    for word in [*words, ";"]:
        if set(word) <= set("|&;<>"):
            yield from _after_veille(command)
            command = []
        else:
            command.append(word)


def _after_veille(words: Sequence[str]) -> Iterator[list[str]]:
    start = next((at for at, word in enumerate(words) if not _ASSIGNMENT.match(word)), len(words))
    command = list(words[start:])
    if command[:2] == ["docker", "compose"]:
        inner = [at for at, word in enumerate(command) if word == "veille"]
        command = command[inner[-1] :] if "exec" in command or "run" in command else []
    while command and command[0] in ("sudo", "nice"):
        del command[0]
    if command and command[0].rsplit("/", 1)[-1] == "veille":
        yield command[1:]


def problems(words: Sequence[str]) -> list[str]:
    """What is wrong with a command line; empty where every word of it exists. Values are not looked at."""
    command, rest = root(), list(words)
    while rest and not rest[0].startswith("-") and hasattr(command, "commands"):
        if rest[0] not in command.commands:
            return [f"no command {rest[0]!r}"]
        command = command.commands[rest.pop(0)]
    found, positional = [], 0
    options = {name: each for each in command.params for name in (*each.opts, *each.secondary_opts)}
    while rest:
        word = rest.pop(0)
        if word == "--help":
            continue
        if word.startswith("-") and word != "-":
            name, _, value = word.partition("=")
            option = options.get(name)
            if option is None:
                found.append(f"no option {name} of {command.name!r}")
            elif not (value or option.is_flag or option.count) and rest:
                del rest[0]
        elif not _PLACEHOLDER.match(word):
            positional += 1
    return found + _too_many(command, positional)


def _too_many(command: Any, positional: int) -> list[str]:
    arguments = [each for each in command.params if each.param_type_name == "argument"]
    if hasattr(command, "commands"):
        return []
    if positional > len(arguments) and not any(each.nargs == -1 for each in arguments):
        return [f"{command.name!r} takes {len(arguments)} arguments, not {positional}"]
    return []
