"""What a silence keeps quiet. Pure."""

from datetime import datetime
from typing import Any

from veille.incidents.cache import IncidentCache
from veille.incidents.model import Incident, IncidentError, Silence
from veille.reasons import reason

FIELDS = ("incident_id", "kind", "rota", "rule", "severity", "subject", "target", "cluster", "series")


def checked(matchers: dict[str, Any]) -> dict[str, Any]:
    """Matchers that mean something. Raises IncidentError: none, an unknown field, or a value that is no text."""
    if not matchers:
        raise IncidentError(reason("incident.silence_matcher"))
    for name, wanted in matchers.items():
        values = wanted if isinstance(wanted, list) else [wanted]
        if name not in FIELDS:
            raise IncidentError(reason("incident.silence_field", field=name, values=FIELDS))
        if not values or not all(isinstance(value, str) and value for value in values):
            raise IncidentError(reason("incident.silence_text", field=name))
    return matchers


def silenced_by(incident: Incident, cache: IncidentCache, at: datetime) -> Silence | None:
    """The silence in force that covers the incident."""
    known = sorted(cache.silences.values(), key=lambda silence: silence.silence_id)
    return next((each for each in known if each.in_force(at) and matches(each, incident, cache)), None)


def matches(silence: Silence, incident: Incident, cache: IncidentCache) -> bool:
    """All matchers hold. Minor flags are silenced only where a matcher names the incident or their rota."""
    wanted = silence.matchers
    if incident.rota == "minors" and not {"incident_id", "rota"} & wanted.keys():
        return False
    return all(_values(name, incident, cache) & _texts(value) for name, value in wanted.items())


def _texts(value: Any) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def _values(name: str, incident: Incident, cache: IncidentCache) -> set[str]:
    if name == "target":
        return set(cache.targets[incident.incident_id])
    links = cache.held[incident.incident_id].values()
    if name == "cluster":
        return {link.finding_id for link in links if link.finding_kind == "cluster"}
    if name == "series":
        return {str(link.facts["series"]) for link in links if "series" in link.facts}
    return {str(getattr(incident, name))}
