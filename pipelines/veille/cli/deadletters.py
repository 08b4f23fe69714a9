"""`veille deadletters list|show|replay`: on the files, or through the service that holds them."""

import json
from typing import Annotated, Any

import typer

from veille.cli.common import DataDir, JsonFlag, MapOption, parse_mapping, say, settings
from veille.violations import RULES

app = typer.Typer(no_args_is_help=True, help="Messages that violated the contract: list, inspect and replay them.")

RuleOption = Annotated[str | None, typer.Option("--rule", help=f"Only dead letters of this rule: {', '.join(RULES)}.")]


@app.command("list")
def list_command(
    data_dir: DataDir = None,
    rule: RuleOption = None,
    replayed: Annotated[bool, typer.Option("--replayed", help="Include letters that a replay has ingested.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="Maximum number of entries, newest first.")] = 100,
    as_json: JsonFlag = False,
) -> None:
    """List dead letters, newest first: where each stood, the JSON path and the rule that it broke."""
    from veille.cli.connect import connected

    _check_rule(rule)
    with connected(settings(data_dir), "veille deadletters") as client:
        letters = client.get("/v1/deadletters", rule=rule, replayed=replayed, limit=limit)
    if as_json:
        say(json.dumps(letters, default=str))
        return
    if not letters:
        say("No dead letters.")
        return
    for letter in letters:
        where = (
            f"{letter['source']}:{letter['position']}"
            if letter["partition"] is None
            else f"{letter['source']}/{letter['partition']}@{letter['position']}"
        )
        state = "replayed" if letter["replayed_at"] else "kept" if letter["has_raw"] else "not kept"
        say(
            f"{letter['letter_id']}  {str(letter['received_at'])[:19]}  {where}  {letter['rule']}  {letter['path']}  ({state})"
        )


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(help="ID from `list`.")],
    data_dir: DataDir = None,
    as_json: JsonFlag = False,
) -> None:
    """Show one dead letter with its raw message decrypted. It may hold personal data: mind who looks over your shoulder."""
    from veille.cli.connect import connected, found, segment

    with connected(settings(data_dir), "veille deadletters") as client:
        letter = found(
            lambda: client.get(f"/v1/deadletters/{segment(letter_id)}"),
            f"no dead letter {letter_id}: `veille deadletters list` prints their ids",
        )
    if as_json:
        say(json.dumps(letter, default=str))
        return
    for name in (
        "letter_id",
        "received_at",
        "source",
        "partition",
        "position",
        "event_type",
        "path",
        "rule",
        "detail",
        "size",
        "replayed_at",
    ):
        say(f"{name:12} {_plain(letter[name])}")
    say(
        f"{'raw':12} {letter['raw'] if letter['raw'] is not None else '(not stored: contains media, too large, or expired)'}"
    )


@app.command()
def replay(
    data_dir: DataDir = None,
    letter_id: Annotated[str | None, typer.Option("--id", help="Only this letter.")] = None,
    rule: RuleOption = None,
    mapping: MapOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Try dead letters again once their cause is mended; those that pass become events, each counted once.

    Example, where a producer wrote `text` instead of `prompt`: veille deadletters replay --map prompt=text
    """
    from veille.cli.connect import connected

    _check_rule(rule)
    wanted = {"letter_id": letter_id, "rule": rule, "mapping": parse_mapping(mapping)}
    with connected(settings(data_dir), "veille deadletters replay", publish=True) as client:
        counts = client.post("/v1/deadletters/replay", wanted)
    if as_json:
        say(json.dumps(counts))
        return
    outcome = (
        f"{counts['accepted']} accepted, {counts['duplicates']} duplicates, {counts['dead_letters']} still invalid"
    )
    say(f"{counts['lines']} tried: {outcome}.")


def _check_rule(rule: str | None) -> None:
    if rule is not None and rule not in RULES:
        raise typer.BadParameter(f"--rule must be one of {', '.join(RULES)}")


def _plain(value: Any) -> str:
    return "-" if value is None else str(value)
