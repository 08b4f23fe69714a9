"""Incidents: findings and faults become what a person handles. docs/detection/incidents.md."""

from veille.incidents.backtest import PageBacktest, backtest
from veille.incidents.commands import IncidentService
from veille.incidents.model import Incident, IncidentError, IncidentEvent, Referral, Silence, short_incident
from veille.incidents.reading import Times

__all__ = [
    "Incident",
    "IncidentError",
    "IncidentEvent",
    "IncidentService",
    "PageBacktest",
    "Referral",
    "Silence",
    "Times",
    "backtest",
    "short_incident",
]
