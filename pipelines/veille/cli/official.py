"""`veille official FILE…`: platforms' own statements, beside what was observed."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, counted, note, say, settings

if TYPE_CHECKING:
    from veille.config import Settings
    from veille.sources.official import Official
    from veille.store.official import OfficialLoad


def official(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", help="Daily counts or statements of reasons of the DSA database; all parts of a day."
        ),
    ],
    *,
    data_dir: DataDir = None,
    as_json: JsonFlag = False,
) -> None:
    """Take official figures from files: statements of reasons that platforms filed in the EU's DSA Transparency Database.

    They go into the view official_statements, are never added to moderations, and open no incident. A day that is
    given again replaces the earlier one. Days from single statements are as complete as the files: give all parts of a
    day in one command. A day is kept where it stands with more statements than the files hold.

    Example: veille official sor-x-2026-01-09-full.zip
    """
    from veille.cli.tables import load_all
    from veille.service.logs import configure
    from veille.sources.base import SourceError
    from veille.sources.official import FROM_STATEMENTS, read_official

    chosen = settings(data_dir)
    configure(chosen.log)
    try:
        found = read_official(table for path in paths for table in load_all(path))
    except SourceError as error:
        raise CommandError(f"{paths[0] if len(paths) == 1 else counted(len(paths), 'file')}: {error}") from None
    if found.repeated:
        note(f"{counted(found.repeated, 'statement')} repeated a uuid; each counts once")
    done = _store(chosen, found, partial=found.source == FROM_STATEMENTS)
    _tell(found, done, as_json=as_json)


def _store(chosen: "Settings", found: "Official", *, partial: bool) -> "OfficialLoad":
    from veille.service.assembly import open_folder, publish_now
    from veille.service.research import publish_research
    from veille.store.official import add_official
    from veille.times import naive_now

    with open_folder(chosen, "official", create=True) as (database, key, _):
        done = add_official(database, found.counts, found.source, naive_now(), partial=partial)
        publish_now(chosen, database)
        if chosen.research.publish:
            publish_research(chosen, key, naive_now())
    return done


def _tell(found: "Official", done: "OfficialLoad", *, as_json: bool) -> None:
    from veille.sources.official import TOTAL

    totals = found.counts.filter(found.counts["breakdown"] == TOTAL)
    statements, days = int(totals["statements"].sum()), sorted(str(day) for day in found.counts["day"].unique())
    if as_json:
        told = {"new": done.new, "replaced": done.replaced, "equal": done.equal, "kept": done.kept}
        say(json.dumps({"statements": statements, "source": found.source, "days": told}))
        return
    platforms = ", ".join(sorted(found.counts["platform"].unique().to_list()))
    say(f"{counted(statements, 'statement')} ({found.source}) of {platforms}, {days[0]} to {days[-1]}.")
    say(f"Days of a platform: {done.new:,} new, {done.replaced:,} replaced, {done.equal:,} unchanged.")
    if done.kept:
        say(f"{counted(done.kept, 'day')} stand with more statements already and were kept.")
    say("Official figures count decisions that a platform filed, not cases: view official_statements.")
