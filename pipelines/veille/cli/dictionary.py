"""`veille dictionary`."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, note, say, settings

if TYPE_CHECKING:
    from veille.research.dictionary import Dictionary


def dictionary(
    data_dir: DataDir = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE.md", help="Write to this file.")] = None,
) -> None:
    """What every published column means: name, type, unit, meaning, definition; as Markdown.

    Describes what the data folder publishes, and without one what this version of Veille would.

    Example: veille dictionary --out dictionary.md
    """
    from veille.research.dictionary import to_markdown

    found = _found(settings(data_dir).published)
    text = to_markdown(found)
    if out is None:
        say(text.rstrip("\n"))
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"cannot write {out}: {error.strerror}") from None
    note(f"{len(found.entries)} columns, version {found.version}: {out}")


def _found(published: Path) -> "Dictionary":
    from veille.research.dictionary import read
    from veille.store.empty import publish_nothing

    folders = {file.parent.name: file.parent for file in sorted(published.glob("*/catalog.duckdb"))}
    if folders:
        return read(folders)
    with tempfile.TemporaryDirectory() as temporary:
        return read(publish_nothing(Path(temporary), datetime.now(UTC)))
