"""The topics of the API of a running service, each with what it works on."""

from functools import partial

from fastapi import APIRouter

from veille import config
from veille.access import TokenFile
from veille.api import annotations, audit, clusters, incidents, lookup, research, samples, tokens, webhooks
from veille.api.incident_commands import GoLive, IncidentCommands
from veille.config import Settings
from veille.incidents.commands import IncidentService
from veille.incidents.outbox.inbound import Inbound
from veille.privacy import Key, Pseudonymiser
from veille.service.delivery import try_channel
from veille.service.research import ResearchService
from veille.store.aliases import PeopleAliases
from veille.store.annotations import Annotations
from veille.store.audit import Audit
from veille.store.clusters import Clusters
from veille.store.database import Database
from veille.store.samples import Samples
from veille.times import aware_now, naive_now


def topics(
    settings: Settings,
    key: Key,
    database: Database,
    token_file: TokenFile,
    incident_service: IncidentService,
    research_service: ResearchService,
    go_live: GoLive | None = None,
) -> list[APIRouter]:
    """All routers of a running service besides health and operations. go_live: None where nothing is ever sent."""
    return [
        *folder_topics(settings, key, database, token_file, incident_service, go_live),
        research.router(research_service, settings.research.result_mib),
        webhooks.router(Inbound(database, incident_service, naive_now), _pagerduty_secrets(settings)),
    ]


def folder_topics(
    settings: Settings,
    key: Key,
    database: Database,
    token_file: TokenFile,
    incident_service: IncidentService,
    go_live: GoLive | None = None,
) -> list[APIRouter]:
    """The routers that need an open data folder only, not a running service."""
    log = Audit(database)
    commands = IncidentCommands(
        database, settings.incidents, incident_service, log, partial(try_channel, settings), go_live
    )
    return [
        audit.router(log),
        tokens.router(token_file, log),
        annotations.router(Annotations(database)),
        samples.router(Samples(database)),
        clusters.router(Clusters(database), log),
        lookup.router(Pseudonymiser(key), log, PeopleAliases(database)),
        incidents.router(commands),
    ]


def incident_commands(settings: Settings, database: Database) -> IncidentService:
    """What persons do with incidents, on the wall clock."""
    return IncidentService(database, settings.incidents, clock=aware_now)


def _pagerduty_secrets(settings: Settings) -> tuple[str, ...]:
    found = [each.webhook_secrets for each in settings.channels.values() if isinstance(each, config.PagerDuty)]
    texts = [secret.get_secret_value() for secret in found if secret is not None]
    return tuple(part.strip() for text in texts for part in text.split(",") if part.strip())
