"""CloudEvents in Kafka's binary mode: attributes in headers, data as the value."""

from collections.abc import Iterable

import msgspec

_PREFIX = "ce_"
_encode = msgspec.json.Encoder().encode


def with_attributes(value: bytes | None, headers: Iterable[tuple[str, bytes | None]] | None) -> bytes | None:
    """The message as a structured CloudEvent where its headers say that it is one and its value is a JSON object."""
    if not headers or value is None or not value.lstrip().startswith(b"{"):
        return value
    named = {name.lower().removeprefix(_PREFIX): each for name, each in headers if name.lower().startswith(_PREFIX)}
    if "specversion" not in named or "type" not in named:
        return value
    attributes = {name: (each or b"").decode("utf-8", "replace") for name, each in named.items()}
    return _encode(attributes | {"data": msgspec.Raw(value)})
