"""Free text of a message: what of it is read, what of the cleaned text is kept, and what is noted on the row."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from veille.events import TEXT_LENGTH
from veille.ingest.media import LINK, without_media

MOST_READ = 1 << 16
"""Characters of a text that are looked at; what is kept is far shorter."""


def readable(text: str | None) -> str | None:
    """A text as it is cleaned: without media, and at most MOST_READ long, cut between two words where there are any."""
    if text is None or (len(text) < 512 and "/" not in text and ":" not in text):
        return text
    if len(text) > MOST_READ:
        words = text[:MOST_READ].rsplit(maxsplit=1)
        text = words[0] if words else ""
    return without_media(text)


def kept(field: str, given: Sequence[str | None], cleaned: pa.Array) -> dict[str, pa.Array]:
    """The column of a text field and its notes: `<field>_links`, a link was replaced; `<field>_cut`, the end is missing.

    given: the texts as they came. cleaned: the same in the same order, cleaned of links and people (string column).
    """
    longest = TEXT_LENGTH[field]
    cut = pc.fill_null(pc.greater(pc.utf8_length(cleaned), longest), False)
    if max(map(len, filter(None, given)), default=0) > MOST_READ:
        cut = pc.or_(cut, pa.array([text is not None and len(text) > MOST_READ for text in given]))
    column = pc.utf8_slice_codeunits(cleaned, 0, longest) if pc.any(cut).as_py() else cleaned
    return {field: column, f"{field}_links": _replaced(given, cleaned), f"{field}_cut": cut}


def _replaced(given: Sequence[str | None], cleaned: pa.Array) -> pa.Array:
    """Whether a text holds more placeholders of links than it came with."""
    holds = pc.fill_null(pc.match_substring(cleaned, LINK), False)
    places = pc.indices_nonzero(holds).to_pylist()
    if not any(LINK in (given[at] or "") for at in places):
        return holds
    more = holds.to_pylist()
    for at in places:
        more[at] = cleaned[at].as_py().count(LINK) > (given[at] or "").count(LINK)
    return pa.array(more, pa.bool_())
