"""Every message is an event of the contract, and what it refers to exists."""

import json
from datetime import datetime

import polars as pl
import pytest

from veille.events import CLASSES, EventType
from veille.ingest.parse import Examined, examine
from veille.simulate import Simulation, messages, stream
from veille.simulate.encode import KEYS, EventKind

pytestmark = pytest.mark.slow

TYPES: tuple[EventKind, ...] = ("mention", "generation", "moderation")


def _frame(simulation: Simulation, kind: EventKind) -> pl.DataFrame:
    frames = {
        "mention": simulation.mentions,
        "generation": simulation.generations,
        "moderation": simulation.moderations,
    }
    return frames[kind]


@pytest.mark.parametrize("kind", TYPES)
def test_every_message_keeps_the_contract(week: Simulation, kind: EventKind) -> None:
    for raw in messages(_frame(week, kind), kind):
        examined = examine(raw, EventType(kind), lax=False)
        assert isinstance(examined, Examined), examined
        assert examined.unknown_fields == 0


@pytest.mark.parametrize("kind", TYPES)
def test_frames_have_the_fields_of_the_contract(week: Simulation, kind: EventKind) -> None:
    fields = set(CLASSES[EventType(kind)].__struct_fields__)
    assert set(_frame(week, kind).columns) == fields


@pytest.mark.parametrize("kind", TYPES)
def test_messages_say_what_the_frame_says(week: Simulation, kind: EventKind) -> None:
    frame = _frame(week, kind).head(500)
    for raw, row in zip(messages(frame, kind), frame.iter_rows(named=True), strict=True):
        said = json.loads(raw)
        known = {name: value for name, value in row.items() if value is not None}
        assert said.keys() == known.keys()
        for name, value in known.items():
            if isinstance(value, datetime):
                assert said[name].endswith("Z")
                assert datetime.fromisoformat(said[name]) == value
            else:
                assert said[name] == value


@pytest.mark.parametrize("kind", TYPES)
def test_events_say_that_they_are_simulated(week: Simulation, kind: EventKind) -> None:
    frame = _frame(week, kind)
    assert frame["event_id"].n_unique() == len(frame)
    assert frame["collection_id"].unique().to_list() == [week.scenario.collection_id]
    assert frame["collection_id"][0].startswith("simulated:planted-week@")
    assert frame["sampling_probability"].unique().to_list() == [1.0]
    assert frame["platform"].unique().to_list() == ["x"]


def test_answers_and_acts_refer_to_events_that_exist(week: Simulation) -> None:
    mentions = week.mentions.select("event_id", "occurred_at", "account_id")
    linked = week.generations.filter(pl.col("surface") == "reply").join(
        mentions, left_on="mention_id", right_on="event_id", how="left", suffix="_of_mention"
    )
    assert linked["occurred_at_of_mention"].null_count() == 0
    assert (linked["occurred_at"] > linked["occurred_at_of_mention"]).all()
    assert (linked["account_id"] == linked["account_id_of_mention"]).all()
    unlinked = week.generations.filter(pl.col("surface") != "reply")
    assert unlinked["mention_id"].null_count() == len(unlinked) > 0
    acts = week.moderations.filter(pl.col("mention_id").is_not_null())
    assert acts["mention_id"].is_in(mentions["event_id"].implode()).all()
    posts = pl.concat([week.mentions["post_id"], week.generations["post_id"].drop_nulls()])
    about_posts = week.moderations.filter(pl.col("subject_type") == "post")
    assert about_posts["subject_id"].is_in(posts.implode()).all()
    accounts = week.moderations.filter(pl.col("subject_type") == "account")["subject_id"]
    assert accounts.str.starts_with("user_").all()


def test_a_reported_image_is_removed_after_its_report(week: Simulation) -> None:
    reports = week.moderations.filter(pl.col("action") == "reported").select("report_id", reported_at="occurred_at")
    assert reports["report_id"].is_unique().all()
    later = week.moderations.filter(pl.col("report_id").is_not_null() & (pl.col("action") != "reported"))
    joined = later.join(reports, on="report_id", how="left")
    assert joined["reported_at"].null_count() == 0
    assert (joined["occurred_at"] > joined["reported_at"]).all()


def test_nobody_acts_after_being_suspended(winter: Simulation) -> None:
    suspended = winter.moderations.filter(pl.col("action") == "suspended").select(
        account_id="subject_id", gone="occurred_at"
    )
    later = winter.mentions.join(suspended, on="account_id").filter(pl.col("occurred_at") >= pl.col("gone"))
    assert suspended.height > 20
    assert later.is_empty()


def test_the_stream_is_in_time_order_with_the_keys_of_the_topics(week: Simulation) -> None:
    sent = list(stream(week))
    assert len(sent) == week.events
    times = []
    for kind, key, raw in sent[:3_000]:
        said = json.loads(raw)
        times.append(said["occurred_at"])
        assert key.decode() == said.get(KEYS[kind], said["event_id"])
    assert times == sorted(times)
    collected = [json.loads(raw)["collected_at"] for _, _, raw in list(stream(week, order="collected_at"))[:3_000]]
    assert collected == sorted(collected)


def test_events_arrive_late_and_out_of_order(winter: Simulation) -> None:
    delay = winter.mentions["collected_at"] - winter.mentions["occurred_at"]
    assert delay.median().total_seconds() < 30  # type: ignore[union-attr]
    late = (delay.dt.total_minutes() > 59).sum() / len(delay)
    assert 0.005 < late < 0.03
    assert not winter.mentions["collected_at"].is_sorted()
