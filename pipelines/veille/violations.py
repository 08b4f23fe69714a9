"""How a raw message can break the event contract: each case a rule, with the path of the field and never its value.

msgspec's own messages echo values for enums and duplicate what a person wrote, so they are rewritten here from a closed vocabulary. This
module imports nothing of ours.
"""

import re
from dataclasses import dataclass

import msgspec

MAX_MESSAGE_BYTES = 64 * 1024
MAX_RECORD_BYTES = 1024 * 1024
"""A message beyond this is not looked into. Below it MAX_MESSAGE_BYTES holds for the contract's fields, free text left out."""
MAX_FUTURE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Violation:
    """Why a message is not an event: where, and which rule. Never what stood there.

    path: JSON path such as `$.occurred_at`; `$` is the whole message.
    rule: one of `RULES`. detail: what the rule asks for, from the contract, not from the message.
    """

    path: str
    rule: str
    detail: str


RULES: dict[str, str] = {
    "empty": "the message is empty",
    "size": f"a message must not exceed {MAX_MESSAGE_BYTES // 1024} KiB without unknown fields and free text, or 1 MiB with them",
    "utf8": "a message must be UTF-8",
    "json": "a message must be one JSON object",
    "event_type": "event_type must be mention, generation or moderation, and match the topic",
    "required": "a required field is missing",
    "type": "the value has a type that differs from the contract",
    "enum": "the value is not in the contract's list",
    "range": "the number is outside the contract's range",
    "length": "the text is empty or longer than the contract allows",
    "pattern": "the text does not match the contract's pattern",
    "datetime": "a time must be RFC 3339 with a time zone, between the years 1 and 9999 in UTC",
    "past": "occurred_at must not be before the earliest accepted date (earliest_event under [ingest])",
    "future": f"occurred_at must be at most {MAX_FUTURE_SECONDS // 60} minutes ahead of the clock",
    "media": "media bytes, data URIs and links to image or video files are only allowed in free text; the raw message is not stored",
    "row": "the message satisfies all other rules but cannot be stored; please report it with this path",
}

_PATH = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")
_FIELD = re.compile(r"field `([A-Za-z_]+)`")
_SAFE_PATH = re.compile(r"^\$(\.[a-z_]+)?")


def violation(rule: str, path: str = "$", detail: str | None = None) -> Violation:
    """A violation of `rule`; its detail defaults to the rule's own sentence."""
    return Violation(path, rule, detail or RULES[rule])


def _classify(message: str) -> str:  # noqa: PLR0911  one line a rule of msgspec reads better than a table of regexes
    if "matching regex" in message:
        return "pattern"
    if "of length" in message:
        return "length"
    if "timezone" in message or "RFC3339" in message:
        return "datetime"
    if message.startswith("Invalid enum value"):
        return "enum"
    if message.startswith("Invalid value"):
        return "event_type"
    if re.search(r"[<>]=? ", message) or "out of range" in message:
        return "range"
    return "type"


def explain(error: ValueError) -> Violation:
    """Translate a decoding error into a violation without repeating any value."""
    if isinstance(error, UnicodeDecodeError):
        return violation("utf8")
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        found = _PATH.search(message)
        path = _SAFE_PATH.match(found[1])[0] if found else "$"  # type: ignore[index]
        if "missing required field" in message:
            field = _FIELD.search(message)
            return violation(
                "event_type" if field and field[1] == "event_type" else "required",
                f"$.{field[1]}" if field else path,
            )
        if path == "$" and message.startswith("Expected `object`"):
            return violation("json")
        rule = "event_type" if path == "$.event_type" else _classify(message)
        expected = re.match(r"Expected `[^`]{1,40}`", message)
        detail = f"{RULES[rule]} (expected {expected[0][9:]})" if rule == "type" and expected else None
        return violation(rule, path, detail)
    return violation("utf8" if "utf-8" in message.lower() else "json")
