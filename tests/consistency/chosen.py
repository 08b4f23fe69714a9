"""Which pages are looked at, with which period, class and filters."""

from datetime import datetime
from functools import partial

from tests.consistency.page import Asked
from tests.consistency.truth import Truth

VIEWS = (
    "now", "now-every-class", "explore", "explore-requests-filtered", "explore-people", "explore-images", "explore-heat", "targets",
    "surges", "coordination", "incidents", "feed", "cluster", "surge", "incident", "target", "account",
)  # fmt: skip
_LARGEST = {
    "cluster": "SELECT max_by(cluster_id, accounts) FROM v.clusters",
    "surge": "SELECT max_by(surge_id, (target_id IS NULL, observed)) FROM v.surges",
    "incident": "SELECT max_by(incident_id, (requests, incident_id)) FROM v.incidents WHERE kind = 'attack'",
    "account": "SELECT max_by(account_id, accounts)::VARCHAR FROM v.cluster_members INNER JOIN v.clusters USING (cluster_id)",
    "target": "SELECT max_by(target_id, observed)::VARCHAR FROM v.surges WHERE target_id IS NOT NULL",
}
_PAGES = {
    "cluster": "coordination",
    "surge": "surges",
    "incident": "incidents",
    "target": "target",
    "account": "account",
}


def view(name: str, truth: Truth) -> Asked:
    """The page of this name. Its period begins and ends within the data, at no whole hour but where numbers come by the hour."""
    since, until = period(truth)
    asked = partial(Asked, since=since, until=until)
    if name in _LARGEST:
        found = truth.one(_LARGEST[name])
        return asked(_PAGES[name], url={name: str(found)})
    hours = partial(Asked, "explore", since=since.replace(minute=0), until=until.replace(minute=0))
    filters = {"platform": "x", "jurisdiction": truth.one("SELECT mode(jurisdiction) FROM asked")}
    return {
        "now": asked("now", request_class="sexualising"),
        "now-every-class": asked("now"),
        "explore": hours(url={"measure": "requests"}),
        "explore-requests-filtered": hours(
            request_class="sexualising", filters=filters, url={"measure": "requests", "split": "language"}
        ),
        "explore-people": hours(filters={"platform": "x"}, url={"measure": "accounts", "split": "request_class"}),
        "explore-images": hours(filters={"platform": "x"}, url={"measure": "images", "image_split": "sexualised"}),
        "explore-heat": hours(url={"measure": "requests", "view": "heat"}),
        "targets": asked("targets", request_class="sexualising"),
        **{page: asked(page) for page in ("surges", "coordination", "incidents", "feed")},
    }[name]


def period(truth: Truth) -> tuple[datetime, datetime]:
    """The middle of the data, with ends that fall on no whole hour."""
    first, last = truth.span()
    length = (last - first) / 4
    since, until = (at.replace(second=0, microsecond=0) for at in (first + length, last - length / 2))
    return since.replace(minute=7), until.replace(minute=43)
