"""Fields of a JSON object under other names."""

from collections.abc import Mapping

import msgspec


def rename_fields(row: bytes, renames: Mapping[str, str]) -> bytes:
    """A JSON object with fields renamed (theirs → ours); what is no object is passed on as it is."""
    if not renames:
        return row
    try:
        fields = msgspec.json.decode(row, type=dict[str, msgspec.Raw])
    except ValueError:
        return row
    replaced = set(renames.values()) & {ours for theirs, ours in renames.items() if theirs in fields}
    return msgspec.json.encode({renames.get(key, key): value for key, value in fields.items() if key not in replaced})
