"""Reading for pages: the published catalogue through named queries, each answer kept for as long as the data do not change."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from dashboards import figures
from dashboards.feed_state import FeedState
from veille import config
from veille.access import SEES_PEOPLE, Principal
from veille.store.reader import Reader
from veille.store.sql import statement

WRITER_SILENT = timedelta(seconds=30)
"""`veille run` rewrites the catalogue at least every 2 s; after this it is not running."""
STALE = timedelta(minutes=5)
LARGE = 2_000_000
"""From so many mentions on, what must be counted from the mentions themselves is counted at most every 30 s."""
QUERIES_AT_ONCE, QUERY_MEMORY = 3, "192MB"
"""Of all sessions together, so that the process stays below 1 GiB whoever asks what."""
POLICY_FILES = ("policy_events.csv", "simulated/truth/policy_events.csv")
"""In the data folder: one of your own, or that of the demo's scenario; the first that is there counts."""

PERSON_KEY = "person"
"""Where the session keeps who looks."""
_POLICY_SCHEMA = {"at": pl.Datetime("us"), "label": pl.String(), "source": pl.String()}


def now() -> datetime:
    """The time in UTC, without a zone, as the catalogue keeps it."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class QueryRows:
    """Rows of a query, with all that "about this number" tells of them."""

    rows: pl.DataFrame
    name: str
    parameters: dict[str, Any]
    as_of: datetime | None

    @property
    def sql(self) -> str:
        """The query itself, with its header."""
        return statement(self.name)

    def row(self, **keys: Any) -> dict[str, Any]:
        """The one row with these values; its numbers know their origin."""
        chosen = pl.all_horizontal([pl.lit(True), *(pl.col(k) == v for k, v in keys.items())])
        return self.marked(self.rows.row(by_predicate=chosen, named=True))

    def each(self, rows: pl.DataFrame | None = None) -> Iterator[dict[str, Any]]:
        """All rows, or these of them; their numbers know their origin."""
        return map(self.marked, (self.rows if rows is None else rows).iter_rows(named=True))

    def marked(self, row: dict[str, Any]) -> dict[str, Any]:
        """One of the rows; its numbers know their origin."""
        return figures.marked(row, self.question, self.parameters)

    def derived(self, value: float, meaning: str) -> Any:
        """A number that a page computes from all rows, under a name of its own."""
        return figures.named(value, meaning, self.question, **self.parameters)

    def total(self, column: str) -> Any:
        """The sum of a column."""
        return self.derived(int(self.rows[column].sum() or 0), f"sum of {column}")

    @property
    def question(self) -> str:
        """The name of the query without its folder."""
        return self.name.rpartition("/")[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedData:
    """What was published at one moment. Times are UTC. shared: under the k-rule, for people who do not see people."""

    folder: Path
    as_of: datetime | None
    watermark: datetime | None
    published_at: datetime
    first_at: datetime | None
    newest_at: datetime | None
    mentions: int
    generations: int
    moderations: int
    simulated: bool
    shared: bool = False
    feed_state: FeedState = field(default_factory=FeedState)

    @property
    def live(self) -> bool:
        """Whether events arrive as they happen; without that these data are history."""
        return self.feed_state.live

    @property
    def events(self) -> Any:
        """How many events are held in all."""
        return figures.named(self.mentions + self.generations + self.moderations, "events_held")

    @property
    def empty(self) -> bool:
        return not self.events

    def as_received(self) -> "PublishedData":
        """The same catalogue, for ranges of ingest's own clock instead of event time."""
        return replace(self, newest_at=self.as_of, first_at=self.feed_state.taken_in_since or self.first_at)

    def ask(self, question: str, **parameters: Any) -> QueryRows:
        """The answer of `sql/dashboards/<question>.sql`. Raises StoreError."""
        return self._ask(question, self.published_at if self.empty else self.as_of, parameters)

    def ask_large(self, question: str, **parameters: Any) -> QueryRows:
        """As `ask`, for a query over the events themselves: of a large catalogue the answer may be up to 30 s old."""
        as_of = self.as_of
        if as_of is not None and self.mentions >= LARGE:
            as_of = as_of.replace(second=as_of.second // 30 * 30, microsecond=0)
        return self._ask(question, as_of, parameters)

    def _ask(self, question: str, as_of: datetime | None, parameters: dict[str, Any]) -> QueryRows:
        name = f"dashboards/{question}"
        rows = _rows(str(self.folder), name, as_of, tuple(sorted(parameters.items())), shared=self.shared)
        answer = QueryRows(rows, name, parameters, as_of)
        figures.asked(answer)
        return answer


def settings() -> config.Settings:
    """The settings of this installation. Raises ConfigError."""
    return config.load()


def data_dir() -> Path:
    """The data folder of the settings (VEILLE_DATA_DIR). Raises ConfigError."""
    return settings().data_dir


def catalogue() -> PublishedData:
    """What is published now for the person of this run: of research, for who does not see people.

    Raises CatalogueMissing or another StoreError, or ConfigError.
    """
    settled, shared = config.load(), not sees_people()
    folder = (settled.research_folder if shared else settled.analyst).resolve()
    row = _reader(str(folder), shared=shared).named("dashboards/status").row(0, named=True)
    found = PublishedData(folder=folder, **row, shared=shared)
    if found.empty:
        return found
    if not shared:
        return replace(found, feed_state=FeedState(**found.ask_large("feed_state").row()))
    row = found.ask_large("feed_state_shared").row()
    newest = row.pop("newest_at")
    known = FeedState(**row)
    return replace(found, feed_state=known, newest_at=found.newest_at if known.live else newest)


def sees_people() -> bool:
    """Whether the person of this run may see targets, accounts, single events and exact numbers. Nobody known may not."""
    person = st.session_state.get(PERSON_KEY)
    return isinstance(person, Principal) and person.may(*SEES_PEOPLE)


def policy_events(folder: Path) -> pl.DataFrame:
    """Dated acts and announcements to mark in charts: at (TIMESTAMP, UTC), label, source (VARCHAR, may be null).

    From a CSV of these columns in the data folder, without rows where there is none or it cannot be read as such.
    """
    for name in POLICY_FILES:
        path = folder / name
        if path.is_file():
            return _policy_events(str(path), path.stat().st_mtime_ns)
    return pl.DataFrame(schema=_POLICY_SCHEMA)


@st.cache_resource(show_spinner=False)
def _reader(folder: str, *, shared: bool) -> Reader:
    schema = "pages" if shared else "main"
    return Reader(Path(folder), memory_limit=QUERY_MEMORY, at_once=QUERIES_AT_ONCE, schema=schema)


@st.cache_data(ttl=300, max_entries=512, show_spinner=False)
def _rows(
    folder: str, name: str, as_of: datetime | None, parameters: tuple[tuple[str, Any], ...], *, shared: bool
) -> pl.DataFrame:
    """Cached by `as_of`: the same question about the same data is asked once for all sessions of the same rights."""
    return _reader(folder, shared=shared).named(name, **dict(parameters))


@st.cache_data(max_entries=4, show_spinner=False)
def _policy_events(path: str, changed: int) -> pl.DataFrame:
    try:
        read = pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError):
        return pl.DataFrame(schema=_POLICY_SCHEMA)
    if not {"at", "label"} <= set(read.columns):
        return pl.DataFrame(schema=_POLICY_SCHEMA)
    at = pl.col("at").str.to_datetime("%+", time_zone="UTC", strict=False).dt.replace_time_zone(None)
    source = pl.col("source") if "source" in read.columns else pl.lit(None, pl.String).alias("source")
    return read.select(at.cast(pl.Datetime("us")), "label", source).drop_nulls("at").sort("at", "label")
