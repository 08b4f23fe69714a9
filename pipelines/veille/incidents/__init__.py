"""Incidents: findings and faults become what a person handles. docs/detection/incidents.md."""

from veille.incidents.backtest import Backtest, backtest
from veille.incidents.commands import Incidents
from veille.incidents.model import Event, Incident, IncidentError, Referral, Silence, short_incident
from veille.incidents.reading import Times

__all__ = [
    "Backtest",
    "Event",
    "Incident",
    "IncidentError",
    "Incidents",
    "Referral",
    "Silence",
    "Times",
    "backtest",
    "short_incident",
]
