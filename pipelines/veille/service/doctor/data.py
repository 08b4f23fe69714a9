"""Checks of the data folder: its rights, keys, database and catalogue, and whether its service sends anything."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime

from veille.config import Settings
from veille.privacy import PseudonymKeyError
from veille.service.assembly import forget_raw_letters, installation_key
from veille.service.doctor.check import CheckResult
from veille.store.database import Database
from veille.store.errors import StoreError, StoreInUseError
from veille.store.identity import read_identity
from veille.store.owner import Owner, describe_owner
from veille.store.reader import CatalogueMissing, Reader
from veille.store.restore import read_all


def folder(settings: Settings) -> Iterator[CheckResult]:
    folder = settings.data_dir
    if not folder.exists():
        yield CheckResult("data folder", "ok", f"{folder} does not exist yet; the first run creates it")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield CheckResult("data folder", "fault", f"{folder} is not writable", f"chown it to user {os.getuid()}")
        return
    mode = folder.stat().st_mode & 0o077
    if mode:
        yield CheckResult("data folder", "warning", f"{folder} is readable by other users", f"chmod 700 {folder}")
    else:
        yield CheckResult("data folder", "ok", str(folder))


def ownership(settings: Settings) -> Iterator[CheckResult]:
    """Files that the user of this command could not replace."""
    user = os.geteuid()
    named = (settings.data_dir, settings.database, settings.key_file, settings.analyst, settings.research_folder)
    found = {path: path.stat() for path in named if path.exists()}
    for path, status in found.items():
        if user not in (0, status.st_uid):
            what = f"{path} belongs to user {status.st_uid}, and this is user {user}"
            yield CheckResult("ownership", "fault", what, f"chown -R {user} {path}, or run as user {status.st_uid}")
    database = found.get(settings.database)
    if database is not None and database.st_mode & 0o077:
        what = f"{settings.database} is readable by other users"
        yield CheckResult("ownership", "warning", what, f"chmod 600 {settings.database}")
    if len({status.st_uid for status in found.values()}) > 1:
        owners = ", ".join(f"{path}: {status.st_uid}" for path, status in found.items())
        yield CheckResult(
            "ownership", "warning", f"the files belong to different users ({owners})", "chown -R them to one"
        )


def key(settings: Settings) -> Iterator[CheckResult]:
    file = settings.key_file
    if settings.privacy.key is None and not file.exists() and not settings.database.exists():
        yield CheckResult("pseudonym key", "ok", f"none yet; the first start creates {file}")
        return
    try:
        key = installation_key(settings)
    except PseudonymKeyError as error:
        yield CheckResult(
            "pseudonym key",
            "fault",
            str(error),
            "without it every person would get a second pseudonym: restore the backup",
        )
        return
    if settings.privacy.key is not None:
        yield CheckResult("pseudonym key", "ok", f"fingerprint {key.fingerprint}, from the environment")
    elif file.stat().st_mode & 0o077:
        yield CheckResult("pseudonym key", "fault", f"{file} is readable by other users", f"chmod 600 {file}")
    else:
        yield CheckResult(
            "pseudonym key", "ok", f"fingerprint {key.fingerprint} in {file}; store a copy separately from backups"
        )


def vault(settings: Settings) -> Iterator[CheckResult]:
    public = settings.privacy.vault_public_key
    if public is None:
        yield CheckResult("vault", "ok", "not configured: originals are not stored")
        return
    try:
        sound = len(bytes.fromhex(public)) == 32
    except ValueError:
        sound = False
    if sound:
        yield CheckResult("vault", "ok", "originals are sealed and readable only with the private key")
    else:
        yield CheckResult(
            "vault", "fault", "vault_public_key is not 64 hex digits", "create a key pair with `veille vault keygen`"
        )


def database(settings: Settings) -> Iterator[CheckResult]:
    if not settings.database.exists():
        yield CheckResult("database", "ok", "none yet")
        return
    try:
        owner = Owner(settings.data_dir, "veille doctor")
    except StoreInUseError:
        yield CheckResult("database", "ok", f"held by {describe_owner(settings.data_dir)}")
        return
    try:
        database = Database(settings.database, settings.store, installation_key(settings), settings.privacy.tokens)
        forget_raw_letters(database, settings, datetime.now(UTC))
        batches = database.last_batch
        database.close()
        rows = read_all(settings.database)
        yield CheckResult("database", "ok", f"whole: {rows:,} rows read; {batches} batches")
    except (StoreError, PseudonymKeyError) as error:
        yield CheckResult("database", "fault", str(error), "restore a backup (`veille restore`) if it does not open")
    finally:
        owner.release()


def catalogue(settings: Settings) -> Iterator[CheckResult]:
    reader = Reader(settings.analyst)
    try:
        mentions = reader.query("SELECT count(*) AS n FROM mentions").item()
        yield CheckResult("catalogue", "ok", f"readable; {mentions:,} mentions")
    except CatalogueMissing:
        yield CheckResult("catalogue", "ok", "none yet")
    except StoreError as error:
        yield CheckResult("catalogue", "fault", str(error), "start `veille run` or `veille replay`: it is rebuilt")
    finally:
        reader.close()


def tokens(settings: Settings) -> Iterator[CheckResult]:
    """Short tokens that looked like a person or a place to reach one."""
    reader = Reader(settings.analyst)
    try:
        rows = reader.named("dashboards/replaced_tokens").to_dicts()
    except StoreError:  # no catalogue, or one that the check before this speaks of
        return
    finally:
        reader.close()
    if not rows:
        yield CheckResult("short tokens", "ok", "none was replaced")
        return
    said = ", ".join(f"{row['field']} ({row['tokens']} different, {row['events']:,} events)" for row in rows)
    cure = "send tokens without handles, addresses, links and long numbers, or allow harmless tokens under [privacy] tokens"
    yield CheckResult("short tokens", "warning", f"replaced by keyed tokens: {said}", cure)


def sending(settings: Settings) -> Iterator[CheckResult]:
    """The folder's id, and whether its service sends anything outside."""
    folder = read_identity(settings.data_dir)
    name = "no id yet" if folder is None else f"folder {folder.short}, created {folder.born_at:%Y-%m-%d %H:%M} UTC"
    reader = Reader(settings.analyst)
    try:
        modes = reader.named("dashboards/service_mode").to_dicts()
    except StoreError:
        modes = []  # nothing published yet, or not readable, which the check above says
    finally:
        reader.close()
    known = {"restored": "because it was restored from a backup", "command": "because a person stopped it"}
    for mode in modes:
        why = known.get(mode["reason"], f"for folder {mode['neighbour']} is older")
        since = f"since {mode['known_at']:%Y-%m-%d %H:%M} UTC, {why}"
        if mode["what"] == "research":
            yield CheckResult(
                "research", "warning", f"not published {since}", "to publish again: `veille resume research`"
            )
        else:
            cure = "to send from this folder: `veille incidents go-live`"
            yield CheckResult("sending", "warning", f"{name}: quiet {since}", cure)
    if all(mode["what"] != "paging" for mode in modes):
        yield CheckResult("sending", "ok", name)
