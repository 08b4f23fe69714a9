"""The rules that open incidents, each declared once.

Severities, rotas, titles on pages and screens, and the names that `[incidents.severity]` accepts derive from `RULES`. A test holds the
runbooks and the table in docs/detection/incidents.md against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Severity = Literal["critical", "error", "warning", "info"]
RotaName = Literal["abuse", "health", "minors"]
IncidentKind = Literal["attack", "global", "minors", "drop", "fault"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    name: as in settings, tables and the API. kind: of the incident that it opens. rota: who handles it. severity: unless the settings
    name another. title: on pages and in tables; french: the same on French screens.
    """

    name: str
    kind: IncidentKind
    rota: RotaName
    severity: Severity
    title: str
    french: str

    @property
    def runbook(self) -> str:
        """The document that says why it fired and what to do, from the root of the project."""
        return f"docs/runbooks/{self.name}.md"


def _abuse(kind: IncidentKind, severity: Severity, name: str, title: str, french: str) -> Rule:
    return Rule(name=name, kind=kind, rota="abuse", severity=severity, title=title, french=french)


def _fault(severity: Severity, name: str, title: str, french: str) -> Rule:
    return Rule(name=name, kind="fault", rota="health", severity=severity, title=title, french=french)


def _drop(severity: Severity, name: str, title: str, french: str) -> Rule:
    return Rule(name=name, kind="drop", rota="health", severity=severity, title=title, french=french)


_DECLARED: tuple[Rule, ...] = (
    Rule(
        name="minor-flag", kind="minors", rota="minors", severity="critical",
        title="Minor suspected (flagged, unverified)", french="Mineur présumé (signalé, non vérifié)",
    ),
    _abuse("attack", "critical", "first-time-target", "Attack on a first-time target", "Attaque d'une cible nouvelle"),
    _abuse("attack", "critical", "first-burst", "Sudden attack on a first-time target", "Attaque soudaine d'une cible nouvelle"),
    _abuse("attack", "critical", "coordinated-attack", "Coordinated attack", "Attaque coordonnée"),
    _abuse("global", "critical", "global-surge", "Surge of all sexualising requests", "Pic de toutes les demandes sexualisantes"),
    _abuse("attack", "error", "first-surge", "Surge on a first-time target", "Pic sur une cible nouvelle"),
    _abuse("attack", "warning", "target-surge", "Surge on a target", "Pic sur une cible"),
    _abuse("attack", "warning", "cluster", "Accounts acting together", "Comptes agissant ensemble"),
    _abuse("global", "error", "everything-surge", "Surge of all requests", "Pic de toutes les demandes"),
    _abuse("global", "warning", "series-surge", "Surge of a series", "Pic d'une série"),
    _abuse("attack", "warning", "insistent-account", "Insistent account", "Compte insistant"),
    _drop("warning", "drop", "Drop of a series", "Chute d'une série"),
    _drop("error", "dead-feed", "Nothing arrives any more", "Plus rien n'arrive"),
    _fault("critical", "feed-silent", "Feed silent", "Flux muet"),
    _fault("error", "lag-growing", "Ingest falls behind", "L'ingestion prend du retard"),
    _fault("error", "dead-letter-share", "Many dead letters", "Beaucoup de lettres mortes"),
    _fault("error", "stale-catalogue", "Readers see old data", "Les lecteurs voient de vieilles données"),
    _fault("error", "detector-late", "Detector late", "Détecteur en retard"),
    _fault("error", "mentions-left-out", "Counts of targets incomplete", "Décomptes des cibles incomplets"),
    _fault("error", "loop-failing", "A loop of the service fails", "Une boucle du service échoue"),
    _fault("error", "disk-low", "Disk nearly full", "Disque presque plein"),
    _fault("error", "clock-wrong", "Clock wrong", "Horloge fausse"),
    _fault("error", "channel-failing", "A channel cannot deliver", "Un canal ne peut pas livrer"),
    _fault(
        "error", "shared-topics", "Two data folders read the same topics",
        "Deux dossiers de données lisent les mêmes sujets Kafka",
    ),
    _fault("error", "loop-stalled", "A loop of the service has stopped", "Une boucle du service est arrêtée"),
    _fault("error", "ingest-blocked", "Ingest cannot write", "L'ingestion ne peut pas écrire"),
    _fault("error", "source-unreachable", "The source cannot be read", "La source est illisible"),
    _fault(
        "error", "raw-unread", "Unread messages will soon be deleted by Kafka", "Kafka effacera bientôt des messages non lus"
    ),
)  # fmt: skip

RULES: Mapping[str, Rule] = {rule.name: rule for rule in _DECLARED}
"""Every rule by its name, in the order in which settings and screens list them."""


def severities(chosen: Mapping[str, Severity]) -> dict[str, Severity]:
    """The severity of every rule: the chosen one, else the declared one. Raises ValueError for a name that is no rule."""
    unknown = sorted(set(chosen) - set(RULES))
    if unknown:
        raise ValueError(f"no such rule: {', '.join(unknown)} (there are {', '.join(RULES)})")
    return {name: chosen.get(name, rule.severity) for name, rule in RULES.items()}
