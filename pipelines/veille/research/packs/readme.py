"""What a person reads first in a pack."""

from collections.abc import Iterator

import polars as pl

from veille.research.examples import Example
from veille.research.packs.canonical import cell
from veille.research.packs.model import Pack

SHOWN_ROWS = 20


def readme(pack: Pack, example: Example, frame: pl.DataFrame) -> str:
    """Question, method, caveats, values, data, answer, and how to check it; Markdown."""
    return "\n".join(_lines(pack, example, frame)) + "\n"


def _lines(pack: Pack, example: Example, frame: pl.DataFrame) -> Iterator[str]:
    yield from (f"# {example.question or pack.name}", "")
    for title, text in (("Method", example.method), ("Caveats", example.caveats), ("Study", example.study)):
        if text:
            yield from (f"**{title}.** {text}", "")
    yield from ("## Asked", "")
    yield f"`query.sql` with these values{'' if pack.parameters else ': none'}"
    yield ""
    yield from (f"- `{each.name}` = {'null' if each.value is None else f'`{each.value}`'}" for each in pack.parameters)
    yield from ("", "## Of what", "")
    as_of = pack.as_of or "before the first event"
    yield f"The snapshot `{pack.snapshot_name}` of the catalogue {pack.catalogue}, as of {as_of} (ingest time)."
    if pack.simulated:
        yield "**The events are simulated.**"
    yield f"Its identity: `{pack.snapshot}`. Its files and their SHA-256: `snapshot.json`."
    yield f"Data dictionary `{pack.dictionary_version}`; DuckDB {pack.engine}, Veille {pack.veille}, polars {pack.polars}."
    yield from ("", "## Answer", "")
    yield f"{pack.rows} row{'' if pack.rows == 1 else 's'}, whole in `result.csv` and `result.parquet`."
    yield ""
    yield from _table(frame)
    yield from ("", "## Check it", "")
    yield "With a copy of the snapshot, wherever it lies:"
    yield from ("", "```sh", "veille pack verify PACK --snapshot SNAPSHOT", "```", "")
    yield "It runs the query again and compares every byte, or reports the file, block, line or row that differs, or that data"
    yield f"were erased since. Made at {pack.made_at}. `sha256sum -c SHA256SUMS` checks the pack alone."


def _table(frame: pl.DataFrame) -> Iterator[str]:
    yield "| " + " | ".join(map(_shown, frame.columns)) + " |"
    yield "|" + "---|" * frame.width
    for row in frame.head(SHOWN_ROWS).iter_rows():
        yield "| " + " | ".join(_shown(value) for value in row) + " |"
    if frame.height > SHOWN_ROWS:
        yield f"\nThe first {SHOWN_ROWS}."


def _shown(value: object) -> str:
    """Never markup: text of the result could hold some."""
    text = cell(value).strip('"')
    for letter in "\\`*_{}[]<>|#":
        text = text.replace(letter, f"\\{letter}")
    return " ".join(text.split())
