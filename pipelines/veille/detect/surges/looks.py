"""What one step of a detector found, and how early looks are settled: the close of a bin decides, whatever a look said."""

from dataclasses import dataclass, field, replace

from veille.detect.surges.records import InsistentAccount, Surge

WITHDRAWN = "withdrawn"


@dataclass
class StepResult:
    """What one step found. `updated` holds new versions of surges that stay open, or late amendments of closed ones."""

    opened: list[Surge] = field(default_factory=list)
    updated: list[Surge] = field(default_factory=list)
    closed: list[Surge] = field(default_factory=list)
    insistent: list[InsistentAccount] = field(default_factory=list)  # new, extended and closed findings


class EarlyLooks:
    """Surges that an early look opened and no bin has decided yet."""

    def __init__(self) -> None:
        self._waiting: dict[str, Surge] = {}

    def open(self, surge: Surge, out: StepResult) -> None:
        """A look opens a surge; one that an earlier look opened stays as it was."""
        if surge.surge_id not in self._waiting:
            self._waiting[surge.surge_id] = surge
            out.opened.append(surge)

    def settle(self, end_us: int, out: StepResult) -> None:
        """The bin that ends at `end_us` (µs since 1970) is decided: each surge from before is confirmed, or withdrawn.

        out: what the bin itself found; a confirmed surge is no opening there, but a further version.
        """
        for surge in [s for s in self._waiting.values() if s.opened_at < end_us]:
            del self._waiting[surge.surge_id]
            confirmed = [s for s in out.opened if s.surge_id == surge.surge_id]
            out.opened = [s for s in out.opened if s.surge_id != surge.surge_id]
            out.updated += confirmed
            if not confirmed:
                out.closed.append(replace(surge, closed_at=end_us, version=surge.version + 1, reason=WITHDRAWN))
