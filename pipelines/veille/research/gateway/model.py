"""What goes into the gateway and what comes out. Times are UTC without a zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

import msgspec
import polars as pl

from veille.access import Role
from veille.config import KernelLock, Research
from veille.reasons import Reason
from veille.research.gateway.rows import ResultRows

Way = Literal["page", "cli", "api", "program"]
Outcome = Literal["running", "ok", "refused", "wrong", "time", "turn", "memory", "temp", "bytes", "cancelled", "lost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """Of one query: wall time in seconds, DuckDB's memory and temporary files, the result's rows and bytes.

    kernel_lock: whether it is refused where the kernel cannot lock it in.
    """

    seconds: float = 30.0
    memory_mib: int = 512
    threads: int = 1
    temp_mib: int = 1024
    rows: int = 100_000
    result_mib: int = 64
    kernel_lock: KernelLock = "required"

    @classmethod
    def of(cls, settings: Research, seconds: float | None = None) -> "QueryLimits":
        """The installation's, with as many seconds as were asked for."""
        wanted = settings.seconds if seconds is None else seconds
        return cls(
            seconds=wanted,
            memory_mib=settings.memory_mib,
            threads=settings.threads,
            temp_mib=settings.temp_mib,
            rows=settings.rows,
            result_mib=settings.result_mib,
            kernel_lock=settings.kernel_lock,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryRequest:
    """Who asks what of which catalogue. seconds: None for the usual limit. way: how the query came."""

    sql: str
    actor: str
    roles: Iterable[Role]
    catalogue: str = "research"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: float | None = None
    way: Way = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Rows of one locked-in query. as_of: ingest time of the newest event that it saw.

    cut: "rows" or "bytes" where the result was cut short there.
    """

    answered: ResultRows
    rows: int
    seconds: float
    as_of: datetime | None
    cut: str | None

    @property
    def frame(self) -> pl.DataFrame:
        """The rows, made anew at each call."""
        return self.answered.frame()

    @property
    def truncated(self) -> bool:
        return self.cut is not None


@dataclass(frozen=True, kw_only=True)
class QueryResult:
    """A query's rows. notice: why, where the result was cut short."""

    query_id: str
    catalogue: str
    answered: ResultRows
    rows: int
    seconds: float
    truncated: bool
    notice: Reason | None
    as_of: datetime | None

    @cached_property
    def frame(self) -> pl.DataFrame:
        """All rows in memory, for who looks at them more than once."""
        return self.answered.frame()


class QueryRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a query. started_at: UTC. pid, pid_started: the process that asked, while it runs."""

    query_id: str
    actor: str
    way: str
    catalogue: str
    sql: str
    started_at: datetime
    as_of: datetime | None = None
    seconds: float | None = None
    rows: int | None = None
    outcome: str = "running"
    pid: int = 0
    pid_started: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    comment: str


@dataclass(frozen=True, slots=True)
class CatalogueRelation:
    """A view or table of a catalogue."""

    name: str
    comment: str
    columns: tuple[Column, ...]
