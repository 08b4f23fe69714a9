"""`veille vault keygen|reveal`."""

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from veille.cli.common import CommandError, DataDir, note, say, settings

app = typer.Typer(
    no_args_is_help=True,
    help="Optional vault of original IDs, readable only with its private key.",
)


@app.command()
def keygen() -> None:
    """Make a key pair: the public key goes into veille.toml, the private key into a safe, never onto this machine."""
    from veille.privacy import vault_keypair

    private, public = vault_keypair()
    say(f"private {private}")
    say(f"public  {public}")
    note("Set vault_public_key under [privacy] in veille.toml (or VEILLE_PRIVACY__VAULT_PUBLIC_KEY) to the public key:")
    note("IDs first seen after that are sealed.")
    note("Store the private key elsewhere: with the key and the data folder, anyone can read every sealed original.")


@app.command()
def reveal(
    pseudonym: Annotated[str, typer.Argument(help="Pseudonym in its long form (UUID).")],
    key_file: Annotated[
        Path,
        typer.Option(
            "--key-file",
            exists=True,
            dir_okay=False,
            help="File with the vault's private key (64 hex digits).",
        ),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Reason; stored in the audit log.")],
    actor: Annotated[str, typer.Option("--as", envvar="USER", help="Name of the requester; stored in the audit log.")],
    data_dir: DataDir = None,
) -> None:
    """Open the original behind one pseudonym. Each call is written to the audit log before anything is shown."""
    from veille.privacy import unseal
    from veille.service.assembly import open_folder
    from veille.store.audit import Audit

    try:
        wanted = str(UUID(pseudonym))
    except ValueError:
        raise typer.BadParameter("the pseudonym must be a UUID such as 2dbc4a98-7ce7-81dd-26bc-b6bbf25a7231") from None
    if not reason.strip():
        raise typer.BadParameter("--reason must not be empty")
    with open_folder(settings(data_dir), "veille vault reveal", create=False) as (database, _, _):
        found = database.frame("letters/vault_entry", pseudonym=wanted).to_dicts()
        if not found:
            raise CommandError(
                "the vault contains no original of this pseudonym: it was first seen before the vault was configured"
            )
        original = unseal(key_file.read_text(encoding="ascii", errors="replace"), found[0]["sealed"])
        Audit(database).write(actor, "vault_reveal", wanted, reason)
    platform, _, identifier = original.partition("\t")
    say(f"{found[0]['space']} on {platform}: {identifier}")
