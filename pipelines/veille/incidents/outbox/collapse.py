"""What is still worth telling of what waits: the newest of each incident, nothing that is over, one page after an outage.

Pure: waiting intents and what the receiver knows in, jobs out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from veille.incidents.channels.message import Kind
from veille.incidents.outbox.log import BUNDLE, PAGES, STATES, OutboxIntent, OutboxLog
from veille.reasons import Reason, reason

Together = Literal["page", "acknowledge", "resolve"]
_GRAVITY = ("critical", "error", "warning", "info")


@dataclass(frozen=True, slots=True)
class DeliveryJob:
    """One message. tells: the intents it stands for, the newest last. says: what under which of the receiver's keys, nearly always one."""

    says: tuple[tuple[str, Kind], ...]
    tells: tuple[OutboxIntent, ...]

    @property
    def key(self) -> str:
        return self.says[0][0]

    @property
    def newest(self) -> OutboxIntent:
        return self.tells[-1]

    @property
    def gravest(self) -> OutboxIntent:
        return min(self.tells, key=lambda intent: _GRAVITY.index(intent.severity))


@dataclass(frozen=True, slots=True)
class Drop:
    """An intent that need not be sent any more, and why."""

    intent: OutboxIntent
    why: Reason


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    jobs: tuple[DeliveryJob, ...]
    drops: tuple[Drop, ...]


def plan(waiting: Sequence[OutboxIntent], outbox: OutboxLog, channel: str, *, tells: frozenset[str]) -> DeliveryPlan:
    """The messages for one channel, oldest first. tells: the kinds that it can be told."""
    groups: dict[str, list[OutboxIntent]] = defaultdict(list)
    for intent in waiting:
        groups[intent.key].append(intent)
    jobs: list[DeliveryJob] = []
    drops: list[Drop] = []
    for key, intents in groups.items():
        wanted, why = _last_word(intents, live=outbox.told(channel, key).live)
        if wanted is not None and wanted.kind not in tells:
            wanted, why = None, reason("message.kind")
        drops += [Drop(intent, why) for intent in intents if intent is not wanted]
        if wanted is None:
            continue
        says = tuple(each for each in _says(wanted, outbox, channel) if each[1] in tells)
        if says:
            jobs.append(DeliveryJob(says, (wanted,)))
        else:
            drops.append(Drop(wanted, reason("message.bundled")))
    return DeliveryPlan(tuple(jobs), tuple(drops))


def _last_word(intents: Sequence[OutboxIntent], *, live: bool) -> tuple[OutboxIntent | None, Reason]:
    """The one message that says how it stands, and why the others need not be sent. live: the receiver knows of it."""
    last = intents[-1]
    if last.kind == "resolve":
        return (last, reason("message.resolved")) if live else (None, reason("message.resolved_first"))
    if last.kind == "acknowledge":
        return (last, reason("message.acknowledged")) if live else (None, reason("message.acknowledged_first"))
    return last, reason("message.superseded")


def _says(wanted: OutboxIntent, outbox: OutboxLog, channel: str) -> list[tuple[str, Kind]]:
    """What to tell under which keys: a page about several is seen when all of them are seen, and over when all are over."""
    told = outbox.told(channel, wanted.key)
    if wanted.kind not in STATES or not told.bundles:
        return [(wanted.key, wanted.kind)]
    found = [(wanted.key, wanted.kind)] if told.own else []
    for each in sorted(told.bundles):
        states = {outbox.stands(key) for key in outbox.members(channel, each)}
        if states <= STATES:
            found.append((each, "resolve" if states == {"resolve"} else "acknowledge"))
    return found


def bundle(
    jobs: Sequence[DeliveryJob], outbox: OutboxLog, channel: str, *, from_count: int, remembers: bool
) -> list[DeliveryJob]:
    """After an outage: pages of one rota as one page. What only shows lines gets its other news as one line, too.

    The key stays the same while that page is tried, also when more incidents come in.
    """
    groups: dict[tuple[str, Together], list[DeliveryJob]] = defaultdict(list)
    alone: list[DeliveryJob] = []
    for job in jobs:
        group = _group(job.newest, remembers=remembers)
        if group is None:
            alone.append(job)
        else:
            groups[job.newest.rota, group].append(job)
    for (_, told), members in groups.items():
        if len(members) < from_count and _begun(members, outbox, channel) is None:
            alone += members
            continue
        tells = tuple(intent for job in members for intent in job.tells)
        key = _begun(members, outbox, channel) or _key(channel, told, tells[0])
        alone.append(DeliveryJob(((key, "trigger" if told == "page" else told),), tells))
    return sorted(alone, key=lambda job: (job.newest.created_at, job.key))


def _group(intent: OutboxIntent, *, remembers: bool) -> Together | None:
    if intent.kind in PAGES:
        return "page"
    if remembers or intent.kind not in ("acknowledge", "resolve"):
        return None
    return "resolve" if intent.kind == "resolve" else "acknowledge"


def _begun(members: Sequence[DeliveryJob], outbox: OutboxLog, channel: str) -> str | None:
    """The key under which some of these were tried together already."""
    for job in members:
        for intent in job.tells:
            for attempt in outbox.attempts(channel, intent):
                if (attempt.reference or "").startswith(BUNDLE):
                    return attempt.reference
    return None


def _key(channel: str, group: str, first: OutboxIntent) -> str:
    return BUNDLE + hashlib.sha256(f"{channel} {group} {first.intent_id}".encode()).hexdigest()[:32]
