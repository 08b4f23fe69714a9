"""What `veille doctor` looks at. Each check says what it found and, where that is wrong, how to mend it."""

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from veille.config import Settings
from veille.events import FolderId
from veille.privacy import PseudonymKeyError
from veille.research.gateway.lock import SAID, lock_of, probe
from veille.service.assembly import forget_raw_letters, installation_key
from veille.sources.base import SourceError
from veille.sources.cures import GRANT_GROUPS
from veille.sources.membership import RECENT, Membership
from veille.sources.retention import retentions
from veille.sources.topics import NotYetError, topic_report, who_reads
from veille.store.database import Database
from veille.store.errors import StoreError, StoreInUseError
from veille.store.identity import read_identity
from veille.store.owner import Owner, describe_owner
from veille.store.reader import CatalogueMissing, Reader
from veille.store.sandbox.landlock import landlock_version
from veille.store.sandbox.probe import Report

LOW_DISK_BYTES = 2 << 30
OLDEST = {"duckdb": (2, 0), "polars": (1, 20), "kafka-python": (3, 0), "streamlit": (1, 67), "msgspec": (0, 19)}


@dataclass(frozen=True)
class CheckResult:
    """One line of the report; `cure` is empty where nothing is wrong."""

    subject: str
    state: Literal["ok", "warning", "fault"]
    what: str
    cure: str = ""


Check = Callable[[Settings], Iterator[CheckResult]]


def diagnose(settings: Settings, *, offline: bool) -> list[CheckResult]:
    """Run all checks; `offline` leaves out the broker."""
    checks: list[Check] = [
        _configuration,
        _versions,
        _folder,
        _disk,
        _key,
        _vault,
        _database,
        _catalogue,
        _tokens,
        _sending,
        _query_lock,
    ]
    if not offline:
        checks += [_broker, _readers]
    return [finding for check in checks for finding in check(settings)]


def _configuration(settings: Settings) -> Iterator[CheckResult]:
    source = os.environ.get("VEILLE_CONFIG") or ("veille.toml" if Path("veille.toml").exists() else None)
    yield CheckResult("configuration", "ok", source or "no veille.toml found: using defaults and environment")


def _versions(_settings: Settings) -> Iterator[CheckResult]:
    yield CheckResult("python", "ok", f"{platform.python_version()} on {platform.system()}")
    for package, oldest in OLDEST.items():
        found = version(package)
        numbers = tuple(int(part) for part in found.split(".")[:2] if part.isdigit())
        if numbers < oldest:
            wanted = ".".join(map(str, oldest))
            yield CheckResult(
                package, "fault", f"{found} is too old", f"install {package} {wanted} or later (requirements.lock)"
            )
        else:
            yield CheckResult(package, "ok", found)


def _folder(settings: Settings) -> Iterator[CheckResult]:
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


def _disk(settings: Settings) -> Iterator[CheckResult]:
    existing = next(path for path in (settings.data_dir, *settings.data_dir.absolute().parents) if path.exists())
    free = shutil.disk_usage(existing).free
    what = f"{free / (1 << 30):.1f} GiB free"
    if free < LOW_DISK_BYTES:
        yield CheckResult("disk", "warning", what, "free disk space: ingest waits while the disk is full")
    else:
        yield CheckResult("disk", "ok", what)


def _key(settings: Settings) -> Iterator[CheckResult]:
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


def _vault(settings: Settings) -> Iterator[CheckResult]:
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


def _database(settings: Settings) -> Iterator[CheckResult]:
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
        yield CheckResult("database", "ok", f"opens; {database.last_batch} batches")
        database.close()
    except (StoreError, PseudonymKeyError) as error:
        yield CheckResult("database", "fault", str(error), "restore a backup (`veille backup`) if it does not open")
    finally:
        owner.release()


def _catalogue(settings: Settings) -> Iterator[CheckResult]:
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


def _tokens(settings: Settings) -> Iterator[CheckResult]:
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


def _sending(settings: Settings) -> Iterator[CheckResult]:
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
    if modes and modes[0]["mode"] == "quiet":
        what = f"{name}: quiet since {modes[0]['known_at']:%Y-%m-%d %H:%M} UTC, for folder {modes[0]['neighbour']} is older"
        yield CheckResult("sending", "warning", what, "to send from this folder: `veille incidents go-live`")
    else:
        yield CheckResult("sending", "ok", name)


def _broker(settings: Settings) -> Iterator[CheckResult]:
    try:
        topics = topic_report(settings.kafka)
    except SourceError as error:
        yield CheckResult(
            "broker", "fault", str(error), "check kafka.bootstrap_servers, the network and kafka.options (TLS, SASL)"
        )
        return
    yield CheckResult("broker", "ok", settings.kafka.bootstrap_servers)
    for topic, partitions in topics.items():
        if partitions is None:
            cure = "create it (`veille produce --create-topics …`), or set its name under [kafka]; `veille run` waits for it"
            yield CheckResult("topic", "warning", f"{topic} does not exist", cure)
        else:
            yield CheckResult("topic", "ok", f"{topic}: {partitions} partitions")
    yield from _raw_messages(settings)


def _raw_messages(settings: Settings) -> Iterator[CheckResult]:
    """How long the broker keeps what names people."""
    hours = settings.kafka.raw_hours
    try:
        found = retentions(settings.kafka)
    except (NotYetError, SourceError) as error:
        what = f"the broker does not report the retention of raw messages ({error})"
        yield CheckResult("raw messages", "warning", what, "grant DESCRIBE_CONFIGS on the topics to the service's user")
        return
    for each in found:
        kept = "for ever" if each.hours is None else f"for {each.hours:,.0f} hours"
        if hours and each.keeps_longer_than(hours):
            cure = "`veille run` lowers it if it has ALTER_CONFIGS on the topic; otherwise set retention.ms yourself"
            yield CheckResult(
                "raw messages", "warning", f"{each.topic} keeps them {kept}, kafka.raw_hours is {hours:g}", cure
            )
        else:
            yield CheckResult("raw messages", "ok", f"{each.topic} keeps them {kept}")


def _readers(settings: Settings) -> Iterator[CheckResult]:
    """Who else reads the topics under the same group_id."""
    folder = read_identity(settings.data_dir) or FolderId("0" * 32, datetime.now(UTC), "")
    try:
        found = who_reads(settings.kafka, Membership(folder))
    except SourceError as error:
        yield CheckResult("other readers", "warning", str(error), GRANT_GROUPS)
        return
    if found is None:
        return  # the broker does not answer, and the check above says so
    if not found.complete:
        what = (
            "the broker does not allow listing groups: another data folder that reads these topics cannot be detected"
        )
        yield CheckResult("other readers", "warning", what, GRANT_GROUPS)
    since = datetime.now(UTC) - RECENT
    for other in found.others:
        if other.seen_at >= since:
            what = f"data folder {other.short}, created {other.born_at:%Y-%m-%d %H:%M}, read them at {other.seen_at:%H:%M} UTC"
            yield CheckResult(
                "other readers", "warning", what, "see docs/runbooks/shared-topics.md for which of the two may send"
            )
    if found.complete and not any(other.seen_at >= since for other in found.others):
        yield CheckResult(
            "other readers", "ok", f"none in the last hour under kafka.group_id {settings.kafka.group_id}"
        )


def _query_lock(settings: Settings) -> Iterator[CheckResult]:
    """What locks research queries in; where the kernel does, a locked process tries to write."""
    lock = lock_of(settings.research.kernel_lock)
    if lock != "kernel":
        cure = (
            "use Linux 6.2 or later; in a container allow the landlock system calls, as Docker does from version 24 on"
        )
        yield CheckResult("query lock", "warning", SAID[lock], cure)
        return
    folder = settings.data_dir
    try:
        report = probe(folder if folder.is_dir() and os.access(folder, os.W_OK) else None)
    except (OSError, subprocess.SubprocessError) as error:
        yield CheckResult("query lock", "fault", f"the check failed: {error}", "run `veille query` to see what fails")
        return
    yield _tried(report)


def _tried(report: Report) -> CheckResult:
    landlock = f"Landlock {landlock_version()}"
    if report.refused:
        return CheckResult("query lock", "fault", report.refused, "queries are disabled until this is fixed")
    if report.done:
        what = f"{landlock}, but a locked process could {', '.join(report.done)}"
        return CheckResult("query lock", "fault", what, "do not allow SQL queries here, and report this")
    what = f"{landlock}: a locked process tried to write, read or delete in {len(report.tried)} ways and could not"
    return CheckResult("query lock", "ok", what)
