"""Events behind findings, read from the private database."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import polars as pl

from veille.incidents.basis import TARGET, BasisSpan, Figures, TargetMentions
from veille.incidents.model import Finding
from veille.store.database import Database

_SPANS = pl.Schema({"kind": pl.String(), "key": pl.String(), "since": pl.Datetime("us"), "until": pl.Datetime("us")})
_SINCE = pl.Schema({"target_id": pl.String(), "since": pl.Datetime("us")})


class Counting:
    """Implements `veille.incidents.basis.EventCounts`: reads the mentions of a target once in a run, all that a run needs at once.

    Memory: about 20 bytes a mention of the targets of the findings of one run.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._rows: dict[str, tuple[datetime, TargetMentions]] = {}

    def begin(self, findings: Iterable[Finding]) -> None:
        """A run begins: what was read before may be out of date. findings: what it will take in."""
        self._rows.clear()
        since: dict[str, datetime] = {}
        spans = (span for finding in findings for basis in finding.bases for span in basis.spans)
        for span in spans:
            if span.kind == TARGET:
                since[span.key] = min(span.since, since.get(span.key, span.since))
        self._read(since)

    def about(self, since: Mapping[str, datetime]) -> Mapping[str, TargetMentions]:
        """Mentions of targets, each from its time on or from before it. Raises StoreError."""
        missing = {t: at for t, at in since.items() if t not in self._rows or self._rows[t][0] > at}
        self._read(missing)
        return {target: self._rows[target][1] for target in since}

    def series(self, spans: Iterable[BasisSpan]) -> Figures:
        """Events of any of these spans of series. Raises StoreError."""
        columns = [(s.kind, s.key, s.since, s.until) for s in spans]
        wanted = pl.DataFrame(columns, schema=_SPANS, orient="row")
        row = self._database.frame_about("incidents/series_figures", wanted).row(0, named=True)
        return Figures(row["requests"], row["accounts"], row["first_at"], row["last_at"])

    def _read(self, since: Mapping[str, datetime]) -> None:
        if not since:
            return
        wanted = pl.DataFrame({"target_id": list(since), "since": list(since.values())}, schema=_SINCE)
        found = self._database.frame_about("incidents/mentions_about", wanted)
        parts = {key[0]: part for key, part in found.partition_by("target_id", as_dict=True).items()}
        empty = found.clear()
        for target, at in since.items():
            self._rows[target] = at, _rows(parts.get(target, empty))


def _rows(part: pl.DataFrame) -> TargetMentions:
    return TargetMentions(
        part["occurred_at"].cast(pl.Datetime("us")).to_physical().to_numpy(),
        part["account"].to_numpy(),
        part["request_class"].to_numpy().astype(str),
    )
