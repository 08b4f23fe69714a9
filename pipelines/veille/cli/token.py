"""`veille token create|list|revoke`: who may call the API from elsewhere."""

import json
from typing import Annotated

import typer

from veille.access import ROLES
from veille.cli.common import DataDir, JsonFlag, note, say, settings

app = typer.Typer(no_args_is_help=True, help="API tokens for people and programs.")


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="Name of the token's owner; actions are recorded under it.")],
    role: Annotated[list[str], typer.Option("--role", help=f"One of {', '.join(ROLES)}; repeatable.")],
    shared: Annotated[
        bool,
        typer.Option("--shared", help="Token for several people: it may act, but not decide, reveal, code or look up."),
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Make a token and print it: it is shown this once, and kept as a digest only."""
    from veille.cli.connect import connected_for_tokens

    with connected_for_tokens(settings(data_dir), "veille token create") as client:
        say(client.post("/v1/tokens", {"name": name, "roles": role, "shared": shared})["token"])
    note("Send the token as `Authorization: Bearer …`. It is shown only once.")


@app.command("list")
def list_command(data_dir: DataDir = None, as_json: JsonFlag = False) -> None:
    """List whose tokens there are."""
    from veille.cli.connect import connected_for_tokens

    with connected_for_tokens(settings(data_dir), "veille token list") as client:
        rows = client.get("/v1/tokens")
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
def revoke(name: Annotated[str, typer.Argument(help="Name or ID from `list`.")], data_dir: DataDir = None) -> None:
    """Take a token back; a running service refuses it from the next call on."""
    from veille.cli.connect import connected_for_tokens, found, segment

    with connected_for_tokens(settings(data_dir), "veille token revoke") as client:
        found(
            lambda: client.delete(f"/v1/tokens/{segment(name)}"),
            f"there is no token {name}: `veille token list` shows all tokens",
        )
    say("Revoked.")
