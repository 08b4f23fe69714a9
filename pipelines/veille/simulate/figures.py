"""Published figures of the winter of 2026 beside what a simulation of it gives. Prints the table of docs/simulator.md:

python -m veille.simulate.figures
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

import polars as pl

from veille.simulate.render import TIME
from veille.simulate.rhythm import total
from veille.simulate.scenario import at
from veille.simulate.scenarios import scenario
from veille.simulate.simulation import Simulation, simulate

_DATE = "occurred_at"


class _Tables(NamedTuple):
    """Mentions, the images in answer to them with what was asked for, what was done, and the world's size."""

    mentions: pl.DataFrame
    images: pl.DataFrame
    answered: pl.DataFrame
    gone: pl.DataFrame
    moderations: pl.DataFrame
    world: float


class Figure(NamedTuple):
    """One published figure. `simulated` is computed from the events; counts are brought to the world's numbers."""

    name: str
    published: str
    source: str
    compute: Callable[[_Tables], str]


def figures(simulation: Simulation) -> pl.DataFrame:
    """figure, published, simulated, source: one row a figure. Made for grok-winter-2026."""
    tables = _tables(simulation)
    rows = [(f.name, f.published, f.compute(tables), f.source) for f in FIGURES]
    return pl.DataFrame(rows, schema=["figure", "published", "simulated", "source"], orient="row")


def markdown(table: pl.DataFrame) -> str:
    """A frame of texts as a Markdown table."""
    lines = [table.columns, ["---"] * table.width, *table.iter_rows()]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _tables(simulation: Simulation) -> _Tables:
    unshifted = pl.col(_DATE) - simulation.scenario.shift
    mentions, generations, moderations = (
        frame.with_columns(unshifted) for frame in (simulation.mentions, simulation.generations, simulation.moderations)
    )
    asked = mentions.select("request_class", "target_gender", "target_is_public_figure", mention_id="event_id")
    replies = generations.filter(pl.col("surface") == "reply").join(asked, on="mention_id", how="left")
    images = replies.filter(pl.col("outcome").is_in(["fulfilled", "partial"]))
    last = (
        generations.sort(_DATE).group_by("mention_id").agg(pl.col("outcome").last()).rename({"mention_id": "event_id"})
    )
    answered = mentions.join(last, on="event_id", how="left")
    about_requests = moderations.filter(
        pl.col("action").is_in(["deleted_by_author", "removed"])
        & pl.col("post_id").is_null()
        & pl.col("mention_id").is_not_null()
    )
    gone = about_requests.group_by("mention_id").agg(gone_at=pl.col(_DATE).min()).rename({"mention_id": "event_id"})
    world = total(simulation.scenario) / simulation.scenario.scale
    return _Tables(mentions, images, answered, gone, moderations, world)


def _during(frame: pl.DataFrame, since: str, until: str) -> pl.DataFrame:
    low, high = (pl.lit(at(text)).cast(TIME) for text in (since, until))
    return frame.filter((pl.col(_DATE) >= low) & (pl.col(_DATE) < high))


def _share(frame: pl.DataFrame, what: pl.Expr) -> str:
    """Of the rows where it is known."""
    share = frame.select(what.mean()).item()
    return f"{100 * share:.1f} %"


def _millions(tables: _Tables, since: str, until: str) -> str:
    return f"{len(_during(tables.images, since, until)) * tables.world / 1e6:.2f} million"


def _per_day(tables: _Tables, since: str, until: str) -> float:
    days = (at(until) - at(since)) / timedelta(days=1)
    return len(_during(tables.images, since, until)) * tables.world / days


def _top_day(tables: _Tables) -> str:
    daily = tables.images.group_by(pl.col(_DATE).dt.date()).len()
    return f"{int(daily.select(pl.col('len').max()).item() * tables.world / 1e3):,} thousand"


def _sexualised_an_hour(tables: _Tables) -> str:
    day = _during(tables.images, "2026-01-05T12:00", "2026-01-06T12:00")
    return f"{round(len(day.filter(_SEXUALISING)) * tables.world / 24, -2):,.0f}"


def _busiest_hour(tables: _Tables) -> str:
    hourly = tables.mentions.filter(_SEXUALISING).group_by(pl.col(_DATE).dt.truncate("1h")).len()
    return f"{round(hourly.select(pl.col('len').max()).item() * tables.world, -3):,.0f}"


def _images_per_mention(tables: _Tables) -> str:
    first = ("2025-12-25", "2026-01-02")
    return f"{len(_during(tables.images, *first)) / len(_during(tables.mentions, *first)):.2f}"


def _outcome(name: str) -> Callable[[_Tables], str]:
    def compute(tables: _Tables) -> str:
        asked = _during(tables.answered, "2026-01-02", "2026-01-03").filter(_SEXUALISING)
        return _share(asked, (pl.col("outcome") == name).fill_null(False))

    return compute


def _gone(tables: _Tables) -> str:
    asked = tables.mentions.filter(_SEXUALISING).join(tables.gone, on="event_id", how="left")
    return _share(asked, (pl.col("gone_at") - pl.col(_DATE) <= timedelta(minutes=90)).fill_null(False))


def _minors_still_up(tables: _Tables) -> str:
    flagged = _during(tables.images, "2025-12-29", "2026-01-09").filter(pl.col("minor_suspected") & _SHOWN)
    removed = _during(tables.moderations, "2025-12-29", "2026-01-16").filter(pl.col("action") == "removed")
    return _share(flagged, ~pl.col("post_id").is_in(removed["post_id"].drop_nulls().implode()))


def _india(action: str, until: datetime) -> Callable[[_Tables], str]:
    def compute(tables: _Tables) -> str:
        acts = tables.moderations.filter(
            (pl.col("action") == action) & (pl.col("jurisdiction") == "IN") & (pl.col(_DATE) < pl.lit(until).cast(TIME))
        )
        return f"{round(len(acts) * tables.world, -1):,.0f} ({len(acts)} events)"

    return compute


_SEXUALISING = pl.col("request_class") == "sexualising"
_SHOWN = pl.col("sexualised") != "none"

_WOMAN = pl.col("target_gender").replace("unknown", None) == "woman"


def _of_surge(what: pl.Expr, among: pl.Expr | None = None) -> Callable[[_Tables], str]:
    def compute(tables: _Tables) -> str:
        images = _during(tables.images, "2025-12-31", "2026-01-09")
        return _share(images if among is None else images.filter(among), what)

    return compute


def _baseline(tables: _Tables) -> str:
    return f"{_per_day(tables, '2025-12-25', '2025-12-31') / 1e3:.0f} thousand"


def _paywall(tables: _Tables) -> str:
    after, before = _per_day(tables, "2026-01-10", "2026-01-11"), _per_day(tables, "2026-01-08", "2026-01-09")
    return f"{100 * after / before - 100:.0f} %"


_NYT_DAYS, _CCDH_DAYS = ("2025-12-31", "2026-01-09"), ("2025-12-29", "2026-01-09")
_MINOR = pl.col("minor_suspected")
_STRICT = "sexualised, strictly (here: answers to sexualising requests)"

FIGURES: tuple[Figure, ...] = (
    Figure("images a day before 31 December", "33 thousand", "NYT, derived", _baseline),
    Figure("images on the busiest day", "nearly 600 thousand", "NYT", _top_day),
    Figure("images 31 December to 8 January", "4.4 million", "NYT", lambda t: _millions(t, *_NYT_DAYS)),
    Figure("images 29 December to 8 January", "4.6 million", "CCDH", lambda t: _millions(t, *_CCDH_DAYS)),
    Figure(_STRICT, "at least 41 %", "NYT", _of_surge(_SEXUALISING)),
    Figure("sexualised, broadly (any swimwear)", "65 %", "CCDH", _of_surge(_SHOWN)),
    Figure("sexualised images an hour, 5 to 6 January", "6,700", "Bloomberg", _sexualised_an_hour),
    Figure("images a mention, 25 December to 1 January", "0.4", "AI Forensics", _images_per_mention),
    Figure("women among persons shown", "81 %", "AI Forensics", _of_surge(_WOMAN)),
    Figure("public figures", "6 %", "AI Forensics", _of_surge(pl.col("target_is_public_figure"))),
    Figure("minor suspected, of sexualised images", "0.5 to 2 %", "CCDH; AI Forensics", _of_surge(_MINOR, _SHOWN)),
    Figure("sexualising requests fulfilled, 2 January", "20.6 %", "Reuters", _outcome("fulfilled")),
    Figure("… partly fulfilled", "6.9 %", "Reuters", _outcome("partial")),
    Figure("sexualising requests gone within 90 minutes", "most", "Reuters", _gone),
    Figure("images with a suspected minor still up on 15 January", "about one third", "CCDH", _minors_still_up),
    Figure("posts blocked in India by 11 January", "about 3,500", "PTI", _india("geo_restricted", at("2026-01-12"))),
    Figure("accounts deleted in India by 11 January", "over 600", "PTI", _india("suspended", at("2026-01-12"))),
    Figure("reply images on 10 January against 8 January", "dramatically reduced", "NBC", _paywall),
    Figure("sexualising requests in the busiest hour", "6,000 (swimwear)", "Digital Rights Watch", _busiest_hour),
)

if __name__ == "__main__":
    sys.stdout.write(markdown(figures(simulate(scenario("grok-winter-2026")))))
