"""The life of a cluster from run to run: it keeps its id while its members change.

A run finds sets of accounts. follow() matches them with the clusters known so far by shared members, one to one, most
in common first, and tells what happened: born, grown, shrunk, merged, split, dormant, returned. After Greene, Doyle &
Cunningham, "Tracking the evolution of communities in dynamic social networks" (ASONAM 2010).
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

_FEWEST = 3  # present members without which a cluster no longer stands
_KIN_ACCOUNTS = 2  # shared members without which two sets are not the same group
_KIN_SHARE = 0.3  # of the smaller set; a third of the old hands is enough for a group that replaced the rest


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCluster:
    """A cluster of one run: members with role, first and last co-action (UTC), tier (validated or possible).

    seen: last co-action of each member; who is missing there was seen by the run itself. anchor: what the name of a newborn
    is made from, such as its first co-action, so that a run a little earlier or later names it alike; without it, time and
    members.
    """

    members: dict[str, str]
    first_at: datetime
    last_at: datetime
    tier: str = "validated"
    seen: Mapping[str, datetime] = field(default_factory=dict)
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class ClusterMember:
    """since: first run that saw the account in the cluster; seen: its last co-action; until: when it was found to have left."""

    role: str
    since: datetime
    seen: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCluster:
    """A cluster with its identity. state: active, dormant or merged; members include those who have left (until set).

    stood: of one that is no longer active, its members when it last stood; empty while it is active.
    """

    cluster_id: str
    tier: str
    state: str
    born_at: datetime
    last_active_at: datetime
    members: dict[str, ClusterMember]
    stood: frozenset[str] = frozenset()

    @property
    def standing(self) -> frozenset[str]:
        """Accounts that belong to it, or did when it last stood."""
        return self.present if self.state == "active" else self.stood or self.present

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
    known: Sequence[KnownCluster], found: Iterable[FoundCluster], at: datetime, quiet: timedelta = timedelta(days=7)
) -> tuple[list[KnownCluster], list[Change]]:
    """Clusters after the run of `at` (all that were known, and the new ones, by id), and what changed, in order.

    quiet: a member unseen this long has left; a cluster without co-action this long is dormant. It can return, also with
    partly replaced members: at least two, and three in ten of the smaller side, must be old ones. A merged cluster
    returns under its own name when its members are found apart again. A validated cluster stays validated: what was
    found is not unmade by evidence that has left the window. What a long window still shows from before the quiet time
    wakes nobody. Pure and deterministic; the order of `found` does not matter.
    """
    after, changes, _ = carry_on(known, sorted(found, key=lambda f: sorted(f.members)), at, quiet)
    return after, changes


def carry_on(
    known: Sequence[KnownCluster], sets: Sequence[FoundCluster], at: datetime, quiet: timedelta, *, far: bool = False
) -> tuple[list[KnownCluster], list[Change], list[str]]:
    """The same, with the cluster that each of the sets continues or begins.

    far: the sets are of a look over months. It adds to what is known and takes nothing away: members that it finds in a cluster that
    sleeps belong to it as it last stood; who is in an active one, but has been quiet for long, has left. A cluster of which most
    are in the set of another has merged into that one, also if it sleeps.
    """
    before = sorted(known, key=lambda k: k.cluster_id)
    heirs = _match([k for k in before if not far or k.state != "merged"], sets)
    after = {k.cluster_id: k for k in known}
    changes: list[Change] = []
    for old in before:
        if old.cluster_id in heirs:
            carried = _recalled if far else _continued
            after[old.cluster_id], news = carried(old, sets[heirs[old.cluster_id]], at, quiet)
        else:
            after[old.cluster_id], news = (
                _covered(old, sets, heirs, at) if far else _unmatched(old, sets, heirs, at, quiet)
            )
        changes += news
    names = {k: name for name, k in heirs.items()}
    for k in sorted(set(range(len(sets))) - names.keys()):
        parents = [o for o in before if o.cluster_id in heirs and o.state == "active" and _kin(o, sets[k])]
        born, news = _born(sets[k], parents, at, quiet, after.keys())
        born = _as_it_stands(born, at, quiet) if far else born
        names[k], after[born.cluster_id] = born.cluster_id, born
        changes += news
    found_in = ((account, names[k]) for k, one in enumerate(sets) for account in one.members)
    home = {account: name for account, name in found_in if account in after[name].present}
    earlier = {k.cluster_id: k.present for k in known if k.state == "active"}
    settled = []
    for name in sorted(after):
        cluster = _without_moved(after[name], home, at)
        if cluster.state == "active" and len(cluster.present) < _FEWEST:
            cluster, end = _ended(cluster, earlier.get(name) or after[name].present, home, at)
            changes.append(end)
        settled.append(cluster)
    return settled, sorted(changes, key=lambda c: (c.cluster_id, c.event)), [names[k] for k in range(len(sets))]


def _names(old: KnownCluster) -> Collection[str]:
    """Members to know a cluster by; of one that sleeps or has merged also those who had left count."""
    return old.present if old.state == "active" else old.members.keys()


def _common(old: KnownCluster, new: FoundCluster) -> int:
    return sum(name in new.members for name in _names(old))


def _kin(old: KnownCluster, new: FoundCluster) -> bool:
    shared = _common(old, new)
    return shared >= _KIN_ACCOUNTS and shared >= _KIN_SHARE * min(len(old.present) or 1, len(new.members))


def _match(before: Sequence[KnownCluster], sets: Sequence[FoundCluster]) -> dict[str, int]:
    """Which found set continues which known cluster: most alike (Jaccard) first, active before dormant, older first."""
    ties = []
    for k, new in enumerate(sets):
        for old in before:
            if _kin(old, new):
                shared = _common(old, new)
                alike = shared / (len(_names(old)) + len(new.members) - shared)
                ties.append((-alike, old.state != "active", old.born_at, old.cluster_id, k))
    heirs: dict[str, int] = {}
    used: set[int] = set()
    for *_, name, k in sorted(ties):
        if name not in heirs and k not in used:
            heirs[name] = k
            used.add(k)
    return heirs


def _continued(
    old: KnownCluster, new: FoundCluster, at: datetime, quiet: timedelta
) -> tuple[KnownCluster, list[Change]]:
    members, left = dict(old.members), []
    if old.state != "active" and at - new.last_at >= quiet:
        return old, []
    current = {a: r for a, r in new.members.items() if a in old.present or at - new.seen.get(a, at) < quiet}
    fresh = sorted(current.keys() - old.present)
    for name, role in current.items():
        before, seen = members.get(name), new.seen.get(name, at)
        since = before.since if before and before.until is None else at
        members[name] = ClusterMember(role, since, max(seen, before.seen) if before else seen)
    for name, member in old.members.items():
        if name not in current and member.until is None and at - member.seen >= quiet:
            members[name] = replace(member, until=at)
            left.append(name)
    events: list[tuple[str, Iterable[str]]] = [("returned", current)] if old.state != "active" else []
    events += [(word, names) for word, names in (("grown", fresh), ("shrunk", left)) if names]
    tier = "validated" if "validated" in (old.tier, new.tier) else new.tier
    if tier != old.tier:
        events.append((tier, ()))
    last = max(old.last_active_at, new.last_at)
    now = replace(old, state="active", tier=tier, last_active_at=last, members=members, stood=frozenset())
    return now, [Change(old.cluster_id, at, word, ",".join(sorted(names))) for word, names in events]


def _recalled(
    old: KnownCluster, new: FoundCluster, at: datetime, quiet: timedelta
) -> tuple[KnownCluster, list[Change]]:
    """A known cluster with the members that a look over months finds in it."""
    recent = {name for name in new.members if at - new.seen.get(name, at) < quiet}
    here = old.present if old.state == "active" else frozenset()
    active = len(recent | here) >= _FEWEST
    members = dict(old.members)
    fresh = sorted(
        new.members.keys() - old.standing if not active else recent - here | new.members.keys() - members.keys()
    )
    for name, role in new.members.items():
        before, seen = members.get(name), new.seen.get(name, at)
        if before is None or (name in recent and before.until is not None):
            left = at if active and name not in recent else None
            members[name] = ClusterMember(role, at, max(seen, before.seen) if before else seen, left)
        else:
            members[name] = replace(before, seen=max(seen, before.seen))
    if active:
        gone = (old.present if old.state != "active" else frozenset()) - recent
        members |= {name: replace(members[name], until=at) for name in gone}
    words = [("returned", sorted(recent))] if active and old.state != "active" else []
    words += [("grown", fresh)] if fresh else []
    tier = "validated" if "validated" in (old.tier, new.tier) else new.tier
    words += [(tier, [])] if tier != old.tier else []
    now = replace(
        old, state="active" if active else "dormant", tier=tier, members=members,
        born_at=min(old.born_at, new.first_at), last_active_at=max(old.last_active_at, new.last_at),
        stood=frozenset() if active else old.standing | new.members.keys(),
    )  # fmt: skip
    return now, [Change(old.cluster_id, at, word, ",".join(names)) for word, names in words]


def _as_it_stands(born: KnownCluster, at: datetime, quiet: timedelta) -> KnownCluster:
    """A cluster that months show: active while enough of its members are; of an active one, who has been quiet for long has left."""
    recent = {name for name, member in born.members.items() if at - member.seen < quiet}
    if len(recent) < _FEWEST:
        return replace(born, state="dormant", stood=frozenset(born.members))
    members = {n: m if n in recent else replace(m, until=at) for n, m in born.members.items()}
    return replace(born, state="active", members=members, stood=frozenset())


def _covered(
    old: KnownCluster, sets: Sequence[FoundCluster], heirs: Mapping[str, int], at: datetime
) -> tuple[KnownCluster, list[Change]]:
    """Merged into the cluster in whose set a look over months finds most of its members; else as it was."""
    if old.state == "merged":
        return old, []
    stood = old.standing
    owner = {k: name for name, k in heirs.items()}
    shared = ((sum(name in one.members for name in stood), k) for k, one in enumerate(sets) if k in owner)
    takers = [(-common, owner[k]) for common, k in shared if common > len(stood) / 2]
    if not takers:
        return old, []
    return _merged(old, stood, at), [Change(old.cluster_id, at, "merged", min(takers)[1])]


def _unmatched(
    old: KnownCluster, sets: Sequence[FoundCluster], heirs: dict[str, int], at: datetime, quiet: timedelta
) -> tuple[KnownCluster, list[Change]]:
    """Merged into the cluster that most of its members are in now, dormant after a quiet time, or as it was."""
    if old.state != "active":
        return old, []
    owner = {k: name for name, k in heirs.items()}
    most = len(old.present) / 2
    takers = [(-_common(old, s), owner[k]) for k, s in enumerate(sets) if k in owner and _common(old, s) > most]
    if takers:
        return _merged(old, old.present, at), [Change(old.cluster_id, at, "merged", min(takers)[1])]
    if at - old.last_active_at >= quiet:
        return replace(old, state="dormant", stood=old.present), [Change(old.cluster_id, at, "dormant", "")]
    return old, []


def _merged(old: KnownCluster, stood: frozenset[str], at: datetime) -> KnownCluster:
    members = {n: replace(m, until=m.until or at) for n, m in old.members.items()}
    return replace(old, state="merged", members=members, stood=stood)


def _ended(
    cluster: KnownCluster, stood: frozenset[str], home: Mapping[str, str], at: datetime
) -> tuple[KnownCluster, Change]:
    """One of which too few are left: merged into the cluster that took most of those who stood in it, else dormant."""
    went = Counter(home[a] for a in sorted(stood) if home.get(a, cluster.cluster_id) != cluster.cluster_id)
    if went:
        taker = min(went, key=lambda name: (-went[name], name))
        return _merged(cluster, stood, at), Change(cluster.cluster_id, at, "merged", taker)
    return replace(cluster, state="dormant", stood=stood), Change(cluster.cluster_id, at, "dormant", "")


def _born(
    new: FoundCluster, parents: Sequence[KnownCluster], at: datetime, quiet: timedelta, taken: Collection[str]
) -> tuple[KnownCluster, list[Change]]:
    key = new.anchor or "\n".join([new.first_at.isoformat(), at.isoformat(), *sorted(new.members)])
    tries = (hashlib.sha256(f"{key}\n{n}".encode()).hexdigest()[:32] for n in count())
    name = next(t for t in tries if t not in taken)
    members = {account: ClusterMember(role, at, new.seen.get(account, at)) for account, role in new.members.items()}
    state = "active" if at - new.last_at < quiet else "dormant"
    born = KnownCluster(
        cluster_id=name, tier=new.tier, state=state, born_at=new.first_at, last_active_at=new.last_at, members=members,
        stood=frozenset(members) if state != "active" else frozenset(),
    )  # fmt: skip
    origin = ",".join(sorted(p.cluster_id for p in parents))
    split = [Change(p.cluster_id, at, "split", name) for p in parents]
    return born, [Change(name, at, "born", f"from {origin}" if origin else ""), *split]


def _without_moved(cluster: KnownCluster, home: Mapping[str, str], at: datetime) -> KnownCluster:
    """Members who were found in another cluster have left this one."""
    gone = {a for a in cluster.present if home.get(a, cluster.cluster_id) != cluster.cluster_id}
    if not gone:
        return cluster
    return replace(cluster, members={a: replace(m, until=at) if a in gone else m for a, m in cluster.members.items()})
