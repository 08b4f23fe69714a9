"""Which versions of findings are worth a row: openings, closes, growth by half, and one an hour."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from veille.detect.surges.records import InsistentAccount, Surge
from veille.detect.surges.stream.stream import StreamFindings
from veille.store.finding_tables import FINDINGS
from veille.store.findings import Findings

T = TypeVar("T")

GROWTH = 1.5
EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """One version of a finding, decided at that time (UTC without a zone)."""

    finding: T
    decided_at: datetime
    opens: bool = False


class SurgeLog(Generic[T]):
    """Versions that wait to be recorded, in order; a finding under way is remembered until it ends."""

    def __init__(self, recorded: Mapping[str, datetime]) -> None:
        """recorded: when each finding that is recorded already was last decided; what is not later is known."""
        self._recorded = recorded
        self._waiting: dict[str, list[Version[T]]] = {}
        self._noted: dict[str, tuple[int, datetime]] = {}
        self._held: dict[str, Version[T]] = {}

    def note(self, key: str, version: Version[T], size: int, *, ended: bool) -> None:
        """A version of the finding `key`, whose events are `size` in number by now."""
        known = self._noted.get(key)
        grown = known is not None and (size >= GROWTH * known[0] or version.decided_at >= known[1] + EVERY)
        if known is not None and not grown and not ended:
            self._held[key] = version
            return
        self._wait(key, version)
        self._noted[key] = (size, version.decided_at)
        self._held.pop(key, None)
        if ended:
            del self._noted[key]

    def rounds(self) -> Iterator[list[Version[T]]]:
        """What waits: the first version of each finding, then the second of each, and so on."""
        depth = max(map(len, self._waiting.values()), default=0)
        for i in range(depth):
            yield [versions[i] for _, versions in sorted(self._waiting.items()) if i < len(versions)]

    def settle(self) -> None:
        """At the full hour: versions that were not worth a row of their own wait from now on too."""
        for key in sorted(self._held):
            self._wait(key, self._held[key])
        self._held.clear()

    def _wait(self, key: str, version: Version[T]) -> None:
        before = self._recorded.get(key)
        if before is None or version.decided_at > before:
            self._waiting.setdefault(key, []).append(version)

    def clear(self) -> None:
        """All that waited has been recorded."""
        self._waiting.clear()


class SurgeLogs:
    """Of surges, drops and insistent accounts."""

    def __init__(self, findings: Findings | None = None) -> None:
        self.surges: SurgeLog[Surge] = SurgeLog(_decided(findings, "surges"))
        self.drops: SurgeLog[Surge] = SurgeLog(_decided(findings, "drops"))
        self.insistent: SurgeLog[InsistentAccount] = SurgeLog(_decided(findings, "insistent_accounts"))

    def settle(self) -> None:
        """At the full hour: what has changed at all waits to be recorded."""
        self.surges.settle()
        self.insistent.settle()

    def add(self, found: StreamFindings, at: datetime) -> None:
        """All that one step found."""
        for surge in found.surges:
            opens = surge.surge_id in found.opened
            self.surges.note(
                surge.surge_id, Version(surge, at, opens), surge.observed, ended=surge.closed_at is not None
            )
        for drop in found.drops:
            self.drops.note(drop.surge_id, Version(drop, at), 1, ended=drop.closed_at is not None)
        for one in found.insistent:
            self.insistent.note(one.finding_id, Version(one, at), one.requests, ended=one.closed)


def _decided(findings: Findings | None, table: str) -> dict[str, datetime]:
    if findings is None:
        return {}
    return dict(findings.latest(table).select(*FINDINGS[table].key, "decided_at").iter_rows())
