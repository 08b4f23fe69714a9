"""The life of a cluster from run to run: it keeps its id while its members change.

A run finds sets of accounts. follow() matches them with the clusters known so far by shared members, one to one, most
in common first, and tells what happened: born, grown, shrunk, merged, split, dormant, returned. After Greene, Doyle &
Cunningham, "Tracking the evolution of communities in dynamic social networks" (ASONAM 2010).
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_KIN_ACCOUNTS = 2  # shared members without which two sets are not the same group
_KIN_SHARE = 0.3  # of the smaller set; a third of the old hands is enough for a group that replaced the rest


@dataclass(frozen=True, slots=True)
class Found:
    """A cluster of one run: members with role, first and last co-action (UTC), tier (validated or possible)."""

    members: dict[str, str]
    first_at: datetime
    last_at: datetime
    tier: str = "validated"


@dataclass(frozen=True, slots=True)
class Member:
    """since: first run that saw the account in the cluster; seen: last run; until: when it was found to have left."""

    role: str
    since: datetime
    seen: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A cluster with its identity. state: active, dormant or merged; members include those who have left (until set)."""

    cluster_id: str
    tier: str
    state: str
    born_at: datetime
    last_active_at: datetime
    members: dict[str, Member]

    @property
    def present(self) -> frozenset[str]:
        """Accounts that have not left."""
        return frozenset(a for a, m in self.members.items() if m.until is None)


@dataclass(frozen=True, slots=True)
class Change:
    """One dated event of a cluster's life; detail names accounts or clusters, comma-separated."""

    cluster_id: str
    happened_at: datetime
    event: str
    detail: str


def follow(
    known: Sequence[Known], found: Iterable[Found], at: datetime, quiet: timedelta = timedelta(days=7)
) -> tuple[list[Known], list[Change]]:
    """Clusters after the run of `at` (all that were known, and the new ones, by id), and what changed, in order.

    quiet: a member unseen this long has left; a cluster without co-action this long is dormant. It can return, also with
    partly replaced members: at least two, and three in ten of the smaller side, must be old ones. A merged cluster
    does not return; its name lives on in the history of the one that took it in. Pure and deterministic; the order of
    `found` does not matter.
    """
    sets = sorted(found, key=lambda f: sorted(f.members))
    living = sorted((k for k in known if k.state != "merged"), key=lambda k: k.cluster_id)
    heirs = _match(living, sets)
    after = {k.cluster_id: k for k in known}
    changes: list[Change] = []
    for old in living:
        if old.cluster_id in heirs:
            after[old.cluster_id], news = _continued(old, sets[heirs[old.cluster_id]], at, quiet)
        else:
            after[old.cluster_id], news = _unmatched(old, sets, heirs, at, quiet)
        changes += news
    for k, one in enumerate(sets):
        if k not in heirs.values():
            born, news = _born(one, [o for o in living if o.cluster_id in heirs and _kin(o, one)], at)
            after[born.cluster_id] = born
            changes += news
            _move(after, born, at)
    return [after[k] for k in sorted(after)], sorted(changes, key=lambda c: (c.cluster_id, c.event))


def _common(old: Known, new: Found) -> int:
    """Shared members; of a dormant cluster also those who had left count, for it may return with old hands."""
    names = old.members.keys() if old.state == "dormant" else old.present
    return len(names & new.members.keys())


def _kin(old: Known, new: Found) -> bool:
    shared = _common(old, new)
    return shared >= _KIN_ACCOUNTS and shared >= _KIN_SHARE * min(len(old.present) or 1, len(new.members))


def _match(living: Sequence[Known], sets: Sequence[Found]) -> dict[str, int]:
    """Which found set continues which known cluster: most shared members first, active before dormant, older first."""
    ties = [
        (-_common(o, s), o.state != "active", o.born_at, o.cluster_id, k)
        for o in living
        for k, s in enumerate(sets)
        if _kin(o, s)
    ]
    heirs: dict[str, int] = {}
    used: set[int] = set()
    for *_, name, k in sorted(ties):
        if name not in heirs and k not in used:
            heirs[name] = k
            used.add(k)
    return heirs


def _continued(old: Known, new: Found, at: datetime, quiet: timedelta) -> tuple[Known, list[Change]]:
    members, left = dict(old.members), []
    fresh = sorted(new.members.keys() - old.present)
    for name, role in new.members.items():
        before = members.get(name)
        since = before.since if before and before.until is None else at
        members[name] = Member(role, since, at)
    for name, member in old.members.items():
        if name not in new.members and member.until is None and at - member.seen >= quiet:
            members[name] = replace(member, until=at)
            left.append(name)
    events: list[tuple[str, Iterable[str]]] = [("returned", new.members)] if old.state == "dormant" else []
    events += [(word, names) for word, names in (("grown", fresh), ("shrunk", left)) if names]
    if new.tier != old.tier:
        events.append((new.tier, ()))
    last = max(old.last_active_at, new.last_at)
    now = replace(old, state="active", tier=new.tier, last_active_at=last, members=members)
    return now, [Change(old.cluster_id, at, word, ",".join(sorted(names))) for word, names in events]


def _unmatched(
    old: Known, sets: Sequence[Found], heirs: dict[str, int], at: datetime, quiet: timedelta
) -> tuple[Known, list[Change]]:
    """Merged into the cluster that its members are in now, dormant after a quiet time, or as it was."""
    owner = {k: name for name, k in heirs.items()}
    takers = [(-_common(old, s), owner[k]) for k, s in enumerate(sets) if k in owner and _kin(old, s)]
    if takers and old.state == "active":
        members = {n: replace(m, until=m.until or at) for n, m in old.members.items()}
        return replace(old, state="merged", members=members), [Change(old.cluster_id, at, "merged", min(takers)[1])]
    if old.state == "active" and at - old.last_active_at >= quiet:
        return replace(old, state="dormant"), [Change(old.cluster_id, at, "dormant", "")]
    return old, []


def _born(new: Found, parents: Sequence[Known], at: datetime) -> tuple[Known, list[Change]]:
    key = "\n".join([new.first_at.isoformat(), at.isoformat(), *sorted(new.members)])
    name = "K" + hashlib.sha256(key.encode()).hexdigest()[:12]
    members = {account: Member(role, at, at) for account, role in new.members.items()}
    born = Known(name, new.tier, "active", new.first_at, new.last_at, members)
    origin = ",".join(sorted(p.cluster_id for p in parents))
    split = [Change(p.cluster_id, at, "split", name) for p in parents]
    return born, [Change(name, at, "born", f"from {origin}" if origin else ""), *split]


def _move(after: dict[str, Known], born: Known, at: datetime) -> None:
    """Members of a part that split off leave the cluster they came from."""
    for name, other in after.items():
        gone = (other.present & born.members.keys()) if name != born.cluster_id else frozenset()
        if gone:
            moved = {a: replace(m, until=at) if a in gone else m for a, m in other.members.items()}
            after[name] = replace(other, members=moved)
