"""The fields of the contract as docs/contract.md must tell them, read from the published JSON Schema.

python -m tests.unit.deploy.contract_fields      prints the tables' first three columns
"""

import sys
from typing import Any

from veille.events import Event, EventType, json_schema

Row = tuple[str, str, str]
"""Field; `required`, its default or nothing; form."""


def common() -> list[Row]:
    """Fields that every event carries."""
    return [row for name, row in _rows(EventType.MENTION).items() if name in Event.__struct_fields__]


def own(event_type: EventType) -> list[Row]:
    """Fields of one type beside the common ones."""
    return [row for name, row in _rows(event_type).items() if name not in Event.__struct_fields__]


def _rows(event_type: EventType) -> dict[str, Row]:
    schema = json_schema(event_type)
    properties = {name: each for name, each in schema["properties"].items() if name != "event_type"}
    return {
        name: (f"`{name}`", _presence(name, each, schema["required"]), _form(_without_null(each)))
        for name, each in properties.items()
    }


def _presence(name: str, field: dict[str, Any], required: list[str]) -> str:
    if name in required:
        return "required"
    return "" if field["default"] is None else f"`{field['default']}`"


def _without_null(field: dict[str, Any]) -> dict[str, Any]:
    several: list[dict[str, Any]] = field.get("anyOf", [field])
    (only,) = [each for each in several if each.get("type") != "null"]
    return only


def _form(field: dict[str, Any]) -> str:
    match field:
        case {"enum": values}:
            form = ", ".join(f"`{value}`" for value in values if value is not None)
        case {"type": "boolean"}:
            form = "`true` or `false`"
        case {"format": "date-time"}:
            form = "time, RFC 3339 with a zone"
        case {"type": "integer", "minimum": least}:
            form = f"whole number, at least {least}"
        case {"type": "number", "exclusiveMinimum": above, "maximum": most}:
            form = f"number above {above:g}, at most {most:g}"
        case {"pattern": pattern}:
            form = f"text of the form `{pattern}`".replace("|", "\\|")
        case {"type": "string", "maxLength": longest}:
            form = f"text, {field.get('minLength', 0)} to {longest:,} characters"
        case _:
            raise AssertionError(f"no words for {field}")
    return form


def main() -> None:
    for title, rows in [("all", common()), *((each.value, own(each)) for each in EventType)]:
        sys.stdout.write(f"\n{title}\n" + "".join(f"| {' | '.join(row)} | |\n" for row in rows))


if __name__ == "__main__":
    main()
