"""The policy: which rule a finding meets, how grave that is, who hears of it, and which shift it falls into. Pure."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from veille.config import IncidentSettings, Severity
from veille.config.rules import severities
from veille.incidents.model import rank


@dataclass(frozen=True, slots=True)
class Tier:
    """So many sexualising requests by so many accounts within so many minutes meet the rule."""

    rule: str
    requests: int
    accounts: int
    minutes: int


FAULT_QUIET = timedelta(minutes=5)
"""A fault that is gone for so long is over; shorter, and one that comes and goes would page each time."""
MINORS_QUIET = timedelta(days=7)
"""A flag does not go away by quiet: further ones about the same target belong to it, and page nobody a second time."""

_SEXUALISING = {("request_class", "sexualising"), ("class", "sexualising")}


class Policy:
    """The settings as questions."""

    def __init__(self, settings: IncidentSettings) -> None:
        self.settings = settings
        self._severity = severities(settings.severity)
        every = settings.model_copy(update={"severity": self._severity})
        text = every.model_dump_json(exclude={"rotas", "blindness"})
        self.name = f"{settings.policy}@{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        self.resolve_after = timedelta(hours=settings.resolve_after_hours)
        self.cooldown = timedelta(hours=settings.cooldown_hours)
        self.wait = timedelta(minutes=settings.wait_minutes)
        self.stale = timedelta(hours=settings.stale_hours)

    def quiet(self, kind: str) -> timedelta:
        """How long after its last activity an incident of this kind ends by itself."""
        own = {"fault": min(FAULT_QUIET, self.resolve_after), "minors": max(MINORS_QUIET, self.resolve_after)}
        return own.get(kind, self.resolve_after)

    def severity(self, rule: str) -> Severity:
        return self._severity[rule]

    def pages(self, severity: str) -> bool:
        return rank(severity) >= rank(self.settings.page_from)

    def exempt(self, rule: str) -> bool:
        """No surge of everything keeps this rule from paging."""
        return rule in self.settings.never_inhibited

    def tiers(self) -> tuple[Tier, ...]:
        """Bursts on first-time targets, gravest first."""
        limits = self.settings
        return (
            Tier("first-time-target", limits.burst_requests, limits.burst_accounts, 60),
            Tier("first-burst", limits.fast_accounts, limits.fast_accounts, limits.fast_minutes),
            Tier("first-surge", limits.early_accounts, limits.early_accounts, limits.fast_minutes),
        )

    def first_time(self, mentions_before: int) -> bool:
        return mentions_before <= self.settings.first_time_requests

    def gathers(self, series: tuple[str, str]) -> bool:
        """It counts all sexualising requests: its surge may be one of everything."""
        return series in _SEXUALISING

    def series_rule(self, series: tuple[str, str], ratio: float, lasted: timedelta, *, storm: bool = False) -> str:
        """global-surge: all sexualising requests stand at so many times what is expected for so long; storm: all of them, or all
        requests, are far above usual days; everything-surge: another surge of all requests."""
        if series[0] == "all":
            return "storm" if storm else "everything-surge"
        long_enough = lasted >= timedelta(minutes=self.settings.global_minutes)
        high_enough = ratio >= self.settings.global_ratio
        if not self.gathers(series):
            return "series-surge"
        if long_enough and high_enough:
            return "global-surge"
        return "storm" if storm else "series-surge"

    def cluster_rule(self, accounts: int, targets: int) -> str:
        enough = accounts >= self.settings.cluster_accounts and targets >= self.settings.cluster_targets
        return "coordinated-attack" if enough else "cluster"

    def shift(self, at: datetime) -> datetime:
        """The beginning of the shift that `at` falls into."""
        length = timedelta(hours=self.settings.shift_hours)
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        first = midnight + timedelta(hours=self.settings.shift_starts_hour) - timedelta(days=1)
        return first + length * ((at - first) // length)
