"""Which kind of prompt a request uses, and the text of it."""

import numpy as np
import polars as pl

from veille.simulate import phrases
from veille.simulate.assumptions import (
    FAMILY_SHARES,
    LANGUAGES,
    MARKETS,
    OTHER_EDIT,
    QUESTION,
    SEXUALISING,
    WITH_HANDLE,
    WITH_LINK,
)
from veille.simulate.rows import Rows, draw
from veille.simulate.world import World

_LANGUAGE_OF_MARKET = np.array([LANGUAGES.index(market.language) for market in MARKETS])


def kinds(cls: np.ndarray, euphemisms: float, rng: np.random.Generator) -> np.ndarray:
    """A kind for each class: a family, or a euphemism, for sexualising requests."""
    family = draw(rng, FAMILY_SHARES, len(cls))
    asked = np.where(rng.random(len(cls)) < euphemisms, phrases.EUPHEMISM, family)
    rest = np.where(cls == OTHER_EDIT, phrases.OTHER_EDIT, np.where(cls == QUESTION, phrases.QUESTION, phrases.OTHER))
    return np.where(cls == SEXUALISING, asked, rest).astype(np.int8)


def languages(rows: Rows, world: World) -> np.ndarray:
    """Index into LANGUAGES: that of the account's market."""
    return np.asarray(_LANGUAGE_OF_MARKET[world.accounts.market[rows["account"]]])


def texts(rows: Rows, world: World, target: pl.Series, rng: np.random.Generator) -> pl.Series:
    """The prompts; a few also name the target's handle or carry a link."""
    prompts, where = phrases.table()
    ranges = np.array(where)[languages(rows, world), rows["kind"]]
    chosen = pl.Series(prompts).gather(ranges[:, 0] + rows["variant"] % ranges[:, 1])
    luck = rng.random(len(rows))
    handle = pl.Series(luck < WITH_HANDLE) & target.is_not_null()
    link = pl.Series(luck > 1 - WITH_LINK)
    frame = pl.DataFrame({"text": chosen, "target": target, "handle": handle, "link": link, "number": rows["variant"]})
    text = pl.col("text")
    return frame.select(
        pl.when("handle").then(pl.format("{} @{}", text, "target"))
        .when("link").then(pl.format("{} https://example.org/status/{}", text, "number"))
        .otherwise(text)
        .alias("prompt")
    ).to_series()  # fmt: skip
