"""How far each relation of the research catalogue is coarsened, step by step, until enough people share what is published.

Time goes first: all levels of detail are tried within a length of time before the next length. A period has a place only once
it is over, so nothing that was published is coarsened later, and two publications compared show no hour.
"""

from dataclasses import dataclass
from typing import Any

FINE = ("hour", "6 hours", "day", "month")
COARSE = ("day", "month")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """A relation, the events that it is made from (`take_<source>.sql`) and the query that writes it.

    precisions: lengths of time, the finest first. details: levels of detail tried within each. last: levels tried within the
    longest only. A relation without precisions has one form.
    """

    relation: str
    source: str
    output: str
    precisions: tuple[str, ...] = ()
    details: tuple[int, ...] = ()
    last: tuple[int, ...] = ()

    @property
    def steps(self) -> list[dict[str, Any]]:
        """Parameters of `coarsen_<relation>.sql`, the finest form first."""
        if not self.precisions:
            return [{}]
        pairs = [(precision, detail) for precision in self.precisions for detail in self.details]
        pairs += [(self.precisions[-1], detail) for detail in self.last]
        return [{"precision": precision, "detail": detail} for precision, detail in pairs]


ROWS = (
    Ladder(relation="requests", source="exchanges", output="rows", precisions=FINE, details=(0, 1, 2), last=(3,)),
    Ladder(
        relation="exchanges", source="exchanges", output="rows", precisions=COARSE, details=(0, 1, 2, 3), last=(4, 5)
    ),
    Ladder(relation="mentions", source="exchanges", output="rows", precisions=COARSE, details=(0, 1, 2), last=(3, 4)),
    Ladder(relation="production", source="generations", output="rows", precisions=FINE, details=(0, 1), last=(2,)),
    Ladder(
        relation="generations", source="generations", output="rows", precisions=COARSE, details=(0, 1, 2), last=(3, 4)
    ),
)
"""Relations with one row an event. Those of the same events cannot be joined: each says something else of them."""

COUNTED = (
    Ladder(
        relation="moderations", source="moderations", output="cells", precisions=COARSE, details=(0, 1, 2), last=(3,)
    ),
    Ladder(relation="reports", source="exchanges", output="cells", precisions=("month",), details=(0, 1, 2, 3)),
)
"""Relations with one row a cell and how many events are in it."""

FOUND = (
    Ladder(relation="surges", source="", output="findings"),
    Ladder(relation="drops", source="", output="findings"),
    Ladder(relation="target_surges_day", source="", output="target_surges_day"),
    Ladder(relation="clusters", source="", output="rows", precisions=COARSE, details=(0,), last=(1, 2)),
)
"""Relations of findings."""

RELATIONS = (
    *(ladder.relation for ladder in (*ROWS, *COUNTED, *FOUND)), "targets", "accounts", "minor_flags", "coverage",
    "coverage_day", "official_statements",
)  # fmt: skip
