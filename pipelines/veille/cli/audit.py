"""`veille audit list|verify`: on the folder, or through the service that owns it."""

import json
from typing import Annotated

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, say, settings

app = typer.Typer(
    no_args_is_help=True,
    help="Show and verify the audit log: access to personal data and changes of rights, as a hash chain.",
)


@app.command("list")
def list_command(
    data_dir: DataDir = None,
    actor: Annotated[str | None, typer.Option("--actor", help="Only this person.")] = None,
    action: Annotated[str | None, typer.Option("--action", help="Only this action, for example vault_reveal.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only entries about this subject.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of entries, newest first.")] = 100,
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
        say("The audit log is empty.")


@app.command()
def verify(
    data_dir: DataDir = None,
    expect: Annotated[
        str | None,
        typer.Option("--expect", help="A head printed by an earlier `verify`; the log must still contain it."),
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
            f"the audit log was changed: row {found['first_broken']} is the first whose hash does not match the previous row"
        )
    if found["expected_missing"]:
        raise CommandError("the audit log was truncated or replaced: it does not contain the expected head")
    if not as_json:
        say(f"{found['rows']} rows, hash chain intact. Head: {found['head'] or '(empty)'}")
