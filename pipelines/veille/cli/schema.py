"""`veille schema TYPE`."""

import json
from typing import Annotated

import typer

from veille.cli.common import say
from veille.events import EventType, json_schema


def schema(
    event_type: Annotated[EventType, typer.Argument(metavar="TYPE", help="mention, generation or moderation.")],
) -> None:
    """Print the contract of one event type as JSON Schema (2020-12).

    Example: veille schema mention > mention.schema.json
    """
    say(json.dumps(json_schema(event_type), indent=2))
