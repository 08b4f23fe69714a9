"""Aliases of people: from numbers and handles that records show together to pairs of pseudonyms."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import pyarrow as pa

from veille.ingest.columns import uuids
from veille.privacy import Pseudonymiser
from veille.sources.aliases import SeenAlias, Span, widened
from veille.times import naive

Pair = tuple[bytes, bytes]
"""Pseudonym of a handle, pseudonym of the number."""
Aliases = dict[Pair, Span]


def gather(known: Aliases, more: Iterable[tuple[Pair, Span]]) -> None:
    """Add to `known`; a pair that is there already keeps one span that holds both."""
    for pair, span in more:
        known[pair] = widened(known[pair], span) if pair in known else span


def pseudonyms_of(seen: Sequence[SeenAlias], names: Pseudonymiser, earliest: datetime, latest: datetime) -> Aliases:
    """Pairs of pseudonyms. A time outside [earliest, latest] (UTC) counts as unknown; text that is no Unicode is left out."""
    good = [alias for alias in seen if _is_unicode(alias.number) and _is_unicode(alias.handle)]
    platforms = [alias.platform.lower() for alias in good]
    handles = names.column("person", platforms, [alias.handle for alias in good])
    numbers = names.column("person", platforms, [alias.number for alias in good])
    found: Aliases = {}
    for alias, handle, number in zip(good, handles, numbers, strict=True):
        assert handle is not None
        assert number is not None
        first, last = (
            at if at is not None and earliest <= at <= latest else None for at in (alias.first_at, alias.last_at)
        )
        gather(found, [((handle, number), (first or last, last or first))])
    return found


def alias_table(aliases: Aliases) -> pa.Table:
    """As `people_aliases` holds them, without `known_at`."""
    spans = aliases.values()
    return pa.table(
        {
            "handle_pseudonym": uuids([handle for handle, _ in aliases]),
            "person_pseudonym": uuids([person for _, person in aliases]),
            "first_at": pa.array([None if at is None else naive(at) for at, _ in spans], pa.timestamp("us")),
            "last_at": pa.array([None if at is None else naive(at) for _, at in spans], pa.timestamp("us")),
        }
    )


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
