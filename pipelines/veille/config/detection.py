"""The detectors."""

from typing import Literal

from pydantic import Field

from veille.config.sections import SettingsSection


class Surges(SettingsSection):
    """When a count has left its past (docs/detection/surges.md).

    classes: request classes of the mentions that are counted for each target; never requests about oneself. q: share of
    false openings that is accepted among targets. min_events, min_accounts: within a window. burst_cap: lower is more
    careful. open_at, reopen_at: score of series with volume, which have min_daily events a day; at most max_series are
    followed. max_targets: kept in memory. memory_mib: for the mentions of targets of the last day, 36 bytes each; where it
    does not suffice some are left out, and that is said. insistent_hour, insistent_day: requests by one account about one target.
    storm_events: least events of a day for a storm of a series. drop_share: of what is expected, for a drop. odd_targets: ranked
    each hour.
    """

    classes: tuple[Literal["sexualising", "other_edit", "question", "other", "unknown"], ...] = (
        "sexualising",
        "unknown",
    )
    q: float = Field(default=0.01, gt=0, lt=1)
    min_events: int = Field(default=5, ge=2)
    min_accounts: int = Field(default=3, ge=2)
    burst_cap: float = Field(default=4.0, gt=0)
    open_at: float = Field(default=2.2, gt=0)
    reopen_at: float = Field(default=3.2, gt=0)
    min_daily: float = Field(default=144.0, gt=0)
    max_series: int = Field(default=500, ge=1)
    max_targets: int = Field(default=1_000_000, ge=1_000)
    memory_mib: int = Field(default=384, ge=1)
    insistent_hour: int = Field(default=3, ge=2)
    insistent_day: int = Field(default=8, ge=2)
    storm_events: float = Field(default=300.0, gt=0)
    drop_share: float = Field(default=0.25, gt=0, lt=1)
    odd_targets: int = Field(default=50, ge=0)


class Coordination(SettingsSection):
    """Who acts together. classes: request classes of the mentions that count; never requests about oneself, or without a target.

    window_hours slides each full hour, live also each early_seconds; long_days each long_hours from midnight UTC, for slow
    groups. far_days: live, so far back one look goes each day; at the end of a replay or an import it goes back to the first mention.
    After quiet_days without co-action a member has left and a cluster sleeps. process: live, in a process of its own.
    """

    classes: tuple[Literal["sexualising", "other_edit", "question", "other", "unknown"], ...] = (
        "sexualising",
        "unknown",
    )
    window_hours: int = Field(default=24, ge=1)
    long_days: int = Field(default=14, ge=1)
    long_hours: Literal[1, 2, 3, 4, 6, 8, 12, 24] = 24
    far_days: int = Field(default=400, ge=1)
    quiet_days: int = Field(default=7, ge=1)
    possible: bool = True
    early_seconds: float = Field(default=60.0, ge=1)
    process: bool = True
