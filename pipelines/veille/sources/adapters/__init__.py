"""Adapters: what providers, exports and tools write, one short file each. The order decides where two fit."""

from veille.sources.adapters import (
    bluesky,
    coordination_tables,
    four_cat,
    listening,
    mastodon,
    reddit,
    telegram,
    x_api_v1,
    x_api_v2,
    x_includes,
    x_scrapers,
    x_tables,
    x_twarc_csv,
    x_web,
)
from veille.sources.adapters.base import Adapter

ADAPTERS: tuple[Adapter, ...] = (
    x_web.ADAPTER,
    four_cat.ADAPTER,
    x_api_v2.RESPONSES,
    x_twarc_csv.ADAPTER,
    x_api_v2.TWEETS,
    x_api_v1.ADAPTER,
    bluesky.ADAPTER,
    listening.BRANDWATCH,
    listening.MELTWATER,
    mastodon.ADAPTER,
    reddit.ADAPTER,
    coordination_tables.COORTWEET,
    coordination_tables.CNT,
    x_scrapers.APIFY,
    x_scrapers.SCRAPES,
    x_scrapers.WEB_EXPORT,
    x_tables.MINET,
    x_includes.ADAPTER,
    telegram.ADAPTER,
    x_tables.OPERATIONS,
)
BY_NAME = {adapter.name: adapter for adapter in ADAPTERS}

__all__ = ["ADAPTERS", "BY_NAME", "Adapter"]
