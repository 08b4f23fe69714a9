"""Checks of the broker: its topics, how long it keeps raw messages, who else reads them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from veille.config import Settings
from veille.events import FolderId
from veille.service.doctor.check import CheckResult
from veille.sources.base import SourceError
from veille.sources.cures import GRANT_GROUPS
from veille.sources.membership import RECENT, Membership
from veille.sources.retention import retentions
from veille.sources.topics import NotYetError, topic_report, who_reads
from veille.store.identity import read_identity


def topics(settings: Settings) -> Iterator[CheckResult]:
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


def readers(settings: Settings) -> Iterator[CheckResult]:
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
