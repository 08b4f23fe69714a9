"""`veille token create|list|revoke`: who may call the API from elsewhere."""

import json
from typing import Annotated

import typer

from veille.access import ROLES
from veille.cli.common import CommandError, DataDir, JsonFlag, note, say, settings

app = typer.Typer(no_args_is_help=True, help="Tokens by which people and programs call the API.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Whose token: what she does is noted under this name.")],
    role: Annotated[list[str], typer.Option("--role", help=f"One of {', '.join(ROLES)}; repeatable.")],
    shared: Annotated[
        bool,
        typer.Option(
            "--shared", help="Several people will use it: it may act, but not decide, reveal, code or look up."
        ),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it: it is shown this once, and kept as a digest only."""
    from veille.cli.records_desk import open_records

    with open_records(settings(data_dir), "veille token create", tokens_only=True) as desk:
        say(desk.create_token(name, role, shared=shared))
    note("Send it as `Authorization: Bearer …`. It is not shown again.")


@app.command("list")
def list_command(data_dir: DataDir = None, as_json: JsonFlag = False) -> None:
    """List whose tokens there are."""
    from veille.cli.records_desk import open_records

    with open_records(settings(data_dir), "veille token list", tokens_only=True) as desk:
        rows = desk.tokens()
    if as_json:
        say(json.dumps(rows))
        return
    for row in rows:
        say(
            f"{row['token_id']}  {row['created_at'][:19]}  {row['name']}{' (shared)' if row['shared'] else ''}  {', '.join(row['roles'])}"
        )
    if not rows:
        say("There are no tokens.")


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(help="The name or id that `list` prints.")], data_dir: DataDir = None
) -> None:
    """Take a token back; a running service refuses it from the next call on."""
    from veille.cli.records_desk import open_records

    with open_records(settings(data_dir), "veille token revoke", tokens_only=True) as desk:
        revoked = desk.revoke_token(name)
    if not revoked:
        raise CommandError(f"there is no token {name}: `veille token list` prints them")
    say("Revoked.")
