"""`veille audit list|verify`: on the folder, or through the service that owns it."""

import json
from typing import Annotated

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, say, settings

app = typer.Typer(no_args_is_help=True, help="Who did what that touches a person or a right; a hash chain.")


@app.command("list")
def list_command(
    data_dir: DataDir = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only this person.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="Only this action, such as vault_reveal.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only what concerns this.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many, newest first.")] = 100,
    as_json: JsonFlag = False,
) -> None:
    """List the audit log, newest first."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille audit") as client:
        rows = client.get("/v1/audit", actor=actor, action=action, subject=subject, limit=limit)
    if as_json:
        say(json.dumps(rows, default=str))
        return
    for row in rows:
        said = "  ".join(str(row[name]) for name in ("actor", "action", "subject", "reason") if row[name])
        say(f"{row['number']:>6}  {str(row['happened_at'])[:19]}  {said}")
    if not rows:
        say("Nothing is in the audit log.")


@app.command()
def verify(
    data_dir: DataDir = None,
    expect: Annotated[
        str | None, typer.Option("--expect", help="A head that an earlier `verify` printed: it must still be there.")
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Check the hash chain. Prints its head: note it elsewhere, since whoever may rewrite all of a file may rewrite a chain."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille audit verify") as client:
        found = client.get("/v1/audit/verify", expect=expect)
    if as_json:
        say(json.dumps(found))
    if found["first_broken"] is not None:
        raise CommandError(
            f"the audit log was changed: row {found['first_broken']} is the first that does not follow from the one before"
        )
    if found["expected_missing"]:
        raise CommandError("the audit log was cut or made anew: the expected head is not in it")
    if not as_json:
        say(f"{found['rows']} rows, each follows from the one before. Head: {found['head'] or '(empty)'}")
