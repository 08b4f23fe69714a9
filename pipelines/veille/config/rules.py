"""The rules that open incidents, each declared once.

Severities, rotas, and the names that `[incidents.severity]` accepts derive from `RULES`. A test holds the
runbooks, the titles and the table in docs/detection/incidents.md against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "error", "warning", "info"]
RotaName = Literal["abuse", "health", "minors"]
IncidentKind = Literal["attack", "global", "brake", "minors", "drop", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    name: as in settings, tables and the API; its title is in the section `rules` of the catalogue of reasons (`veille.reasons`).
    kind: of the incident that it opens. rota: who handles it. severity: unless the settings name another.
    """

    name: str
    kind: IncidentKind
    rota: RotaName
    severity: Severity

    @property
    def runbook(self) -> str:
        """The document that says why it fired and what to do, from the root of the project."""
        return f"docs/runbooks/{self.name}.md"


def _abuse(kind: IncidentKind, severity: Severity, name: str) -> Rule:
    return Rule(name=name, kind=kind, rota="abuse", severity=severity)


def _fault(severity: Severity, name: str) -> Rule:
    return Rule(name=name, kind="fault", rota="health", severity=severity)


def _drop(severity: Severity, name: str) -> Rule:
    return Rule(name=name, kind="drop", rota="health", severity=severity)


_DECLARED: tuple[Rule, ...] = (
    Rule(name="minor-flag", kind="minors", rota="minors", severity="critical"),
    _abuse("attack", "critical", "first-time-target"),
    _abuse("attack", "critical", "first-burst"),
    _abuse("attack", "critical", "coordinated-attack"),
    _abuse("global", "critical", "global-surge"),
    _abuse("attack", "error", "first-surge"),
    _abuse("attack", "warning", "target-surge"),
    _abuse("attack", "warning", "cluster"),
    _abuse("global", "error", "storm"),
    _abuse("global", "error", "everything-surge"),
    _abuse("global", "warning", "series-surge"),
    _abuse("attack", "warning", "insistent-account"),
    _abuse("brake", "critical", "page-brake"),
    _drop("warning", "drop"),
    _drop("error", "dead-feed"),
    _fault("critical", "feed-silent"),
    _fault("error", "lag-growing"),
    _fault("error", "dead-letter-share"),
    _fault("error", "stale-catalogue"),
    _fault("error", "detector-late"),
    _fault("error", "mentions-left-out"),
    _fault("error", "loop-failing"),
    _fault("error", "disk-low"),
    _fault("error", "clock-wrong"),
    _fault("error", "channel-failing"),
    _fault("error", "shared-topics"),
    _fault("error", "loop-stalled"),
    _fault("error", "ingest-blocked"),
    _fault("error", "source-unreachable"),
    _fault("error", "raw-unread"),
)

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _DECLARED}
"""Every rule by its name, in the order in which settings and screens list them."""


def severities(chosen: Mapping[str, Severity]) -> dict[str, Severity]:
    """The severity of every rule: the chosen one, else the declared one. Raises ValueError for a name that is no rule."""
    unknown = sorted(set(chosen) - set(RULES))
    if unknown:
        raise ValueError(f"no such rule: {', '.join(unknown)} (there are {', '.join(RULES)})")
    return {name: chosen.get(name, rule.severity) for name, rule in RULES.items()}
