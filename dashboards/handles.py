"""Handles in texts of requests: stored as short pseudonyms of the handle, shown as the person whom an alias says."""

import re

from dashboards.data import PublishedData
from veille.privacy import short, short_bits

_HANDLE = re.compile(r"@([0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2})(?![\w-])")


def named(text: str | None, found: PublishedData) -> str | None:
    """The text with each handle as the person to whom alone it belonged, so that it can be found on her page. Raises StoreError."""
    handles = sorted({short_bits(code) for code in _HANDLE.findall(text or "")})
    if text is None or not handles:
        return text
    rows = found.ask("holders", handles=handles).rows
    persons = dict(rows.select("handle", "person").iter_rows())
    return _HANDLE.sub(
        lambda code: f"@{short(persons[bits])}" if (bits := short_bits(code[1])) in persons else code[0], text
    )
