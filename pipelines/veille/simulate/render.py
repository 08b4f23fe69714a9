"""From indices to the contract's fields: mention frames, and the words and times that all frames share."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from veille.simulate import prompts
from veille.simulate.assumptions import (
    BASIS,
    CLASSES,
    COLLECT_SECONDS,
    COLLECTED_LATE,
    FLAG_SHOWN,
    GENDER_SOURCES,
    HASHED_PICTURES,
    LANGUAGES,
    MARKETS,
    OTHER_EDIT,
    SEXUALISING,
)
from veille.simulate.pictures import hashes
from veille.simulate.rows import HOUR_MS, SELF, Rows, draw, log_normal_ms
from veille.simulate.scenario import Scenario
from veille.simulate.world import World

TIME = pl.Datetime("ms", "UTC")
GENERATOR, PLATFORM = "grok", "x"
AGE_CLASSIFIER = "simulated-age/1"
REQUEST_CLASSIFIER = "simulated-rules/1"
_JURISDICTIONS = tuple(market.jurisdiction for market in MARKETS)
_GENDERS = ("woman", "man", "nonbinary")
_UNKNOWN = len(GENDER_SOURCES) - 1


Columns = dict[str, pl.Series | pl.Expr]
"""Columns by name; expressions are literals that hold for all rows."""


def frame_of(columns: Columns) -> pl.DataFrame:
    """A frame of the columns, in their order; the first is a series and gives the length."""
    series = {name: column for name, column in columns.items() if isinstance(column, pl.Series)}
    return pl.DataFrame(series).select(
        pl.col(name) if isinstance(column, pl.Series) else column.alias(name) for name, column in columns.items()
    )


def words(vocabulary: tuple[str, ...], index: np.ndarray) -> pl.Series:
    """Words by index; null for a negative index."""
    chosen = pl.Series(vocabulary, dtype=pl.String).gather(np.maximum(index, 0))
    return chosen if not (index < 0).any() else pl.select(pl.when(pl.Series(index >= 0)).then(chosen)).to_series()


def only(series: pl.Series, known: np.ndarray) -> pl.Series:
    """The series with nulls where it is not known."""
    return pl.select(pl.when(pl.Series(known)).then(series)).to_series()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedNames:
    """Who is called what in one simulation. `salt` keeps the event ids of different simulations apart; nothing is
    collected hours late beyond `end_ms`."""

    scenario: Scenario
    world: World
    salt: str
    shift_ms: int
    end_ms: int

    def time(self, moment: np.ndarray) -> pl.Series:
        return pl.Series(moment + self.shift_ms).cast(TIME)

    def numbered(self, prefix: str, number: np.ndarray) -> pl.Series:
        return f"{prefix}{self.salt}_" + pl.Series(number).cast(pl.String)

    def targets(self, rows: Rows) -> pl.Series:
        known = self.world.targets.handles.gather(np.maximum(rows["target"], 0))
        own = self.world.accounts.handles.gather(rows["account"])
        return pl.select(
            pl.when(pl.Series(rows["target"] >= 0)).then(known).when(pl.Series(rows["target"] == SELF)).then(own)
        ).to_series()  # fmt: skip

    def common(self, moment: np.ndarray, account: np.ndarray, rng: np.random.Generator) -> Columns:
        """The fields that every event carries, but its id. A few events are collected hours late."""
        delay = log_normal_ms(rng, COLLECT_SECONDS, len(moment)) + 500
        backfill = rng.integers(HOUR_MS, 9 * HOUR_MS, len(moment))
        delay += backfill * ((rng.random(len(moment)) < COLLECTED_LATE) & (moment + backfill < self.end_ms))
        return {
            "occurred_at": self.time(moment),
            "platform": pl.lit(PLATFORM),
            "collected_at": self.time(moment + delay),
            "collection_id": pl.lit(self.scenario.collection_id),
            "sampling_probability": pl.lit(self.scenario.sampling_probability),
            "jurisdiction": words(_JURISDICTIONS, np.where(account >= 0, self.world.accounts.market[account], -1)),
        }


def mentions(names: SimulatedNames, rows: Rows, numbers: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    """Mentions in contract fields, in the order of `rows`."""
    accounts, target = names.world.accounts, names.targets(rows)
    edit = (rows["cls"] == SEXUALISING) | (rows["cls"] == OTHER_EDIT)
    own = names.numbered("post_m", numbers)
    shared = names.numbered("post_r", rows["post"])
    columns: Columns = {
        "event_id": names.numbered("m", numbers),
        **names.common(rows["at"], rows["account"], rng),
        "account_id": accounts.handles.gather(rows["account"]),
        "target_id": target,
        **_about_target(names, rows, rng),
        "generator": pl.lit(GENERATOR),
        "post_id": pl.select(pl.when(pl.Series(rows["post"] >= 0)).then(shared).otherwise(own)).to_series(),
        "parent_post_id": only(names.numbered("post_o", rows["parent"]), rows["parent"] >= 0),
        "prompt": prompts.texts(rows, names.world, target, rng),
        "language": words(LANGUAGES, prompts.languages(rows, names.world)),
        "request_class": words(CLASSES, rows["cls"]),
        "request_class_source": pl.lit(REQUEST_CLASSIFIER),
        "account_created_at": names.time(accounts.created_at[rows["account"]]),
        "account_followers": pl.Series(accounts.followers[rows["account"]]),
        "source_media_hash": hashes(
            rows["parent"], edit & (rows["parent"] >= 0) & (_stable(rows["parent"], 100) < 100 * HASHED_PICTURES)
        ),
    }
    return frame_of(columns)


def _stable(number: np.ndarray, most: int) -> np.ndarray:
    """A number below `most` that always belongs to the same `number`."""
    return np.asarray((number * 2_654_435_761 % 2**32) // 7 % most)


def _about_target(names: SimulatedNames, rows: Rows, rng: np.random.Generator) -> Columns:
    """What is declared about the target; nothing where there is none, no gender where nobody declared one."""
    targets, n = names.world.targets, len(rows)
    target, known = np.maximum(rows["target"], 0), rows["target"] >= 0
    source = np.where(known, targets.gender_source[target], _UNKNOWN)
    declared = source != _UNKNOWN
    shown = known & (rng.random(n) < FLAG_SHOWN)
    minor = only(pl.Series(targets.minor[target]), shown)
    return {
        "target_basis": words(
            tuple(name for name, _ in BASIS),
            np.where(rows["target"] != -1, draw(rng, tuple(share for _, share in BASIS), n), -1),
        ),
        "target_gender": words(_GENDERS, np.where(declared, targets.gender[target], -1)),
        "target_gender_source": words(tuple(name for name, _ in GENDER_SOURCES), np.where(declared, source, -1)),
        "target_is_public_figure": only(pl.Series(targets.public_figure[target]), known),
        "minor_suspected": minor,
        "minor_suspected_source": only(pl.Series([AGE_CLASSIFIER]).gather(np.zeros(n, int)), shown),
    }
