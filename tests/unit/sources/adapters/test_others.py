"""What single adapters know beyond the common story."""

import json
from pathlib import Path
from typing import Any

from tests.unit.sources.adapters.stories import ANSWER, ASK, STORY, graphql, v1, v2, v2_stream
from tests.unit.sources.reading_files import read, write_lines

ASKED = STORY[0]


def _one(tmp_path: Path, *records: Any, **options: Any) -> list[dict[str, Any]]:
    return read(write_lines(tmp_path / "a.ndjson", *records), **options)[0]


def test_a_stream_with_keep_alives_and_notices(tmp_path: Path) -> None:
    lines = [json.dumps(v2_stream(ASKED)), "", "\r", json.dumps({"errors": [{"title": "operational-disconnect"}]})]
    (tmp_path / "a.txt").write_text("\r\n".join(lines) + "\r\n")
    events, source = read(tmp_path / "a.txt")
    assert len(events) == 1
    assert source.left_out == {"control_message": 3}


def test_an_edited_post_counts_once_under_its_first_id(tmp_path: Path) -> None:
    later = {"id": "9", "text": "@grok changed", "edit_history_tweet_ids": [ASK, "9"]}
    events = _one(tmp_path, v2_stream(ASKED), v2_stream(ASKED) | {"data": v2(ASKED) | later})
    assert [event["event_id"] for event in events] == [ASK, ASK]


def test_a_long_post_is_read_whole(tmp_path: Path) -> None:
    note = {
        "text": "@anna " + "very " * 100 + "long @grok",
        "entities": {"mentions": [{"username": "grok", "id": "99"}]},
    }
    tweet = v2_stream(ASKED)
    tweet["data"] |= {"text": "@anna very very…", "entities": {}, "note_tweet": note}
    assert _one(tmp_path, tweet)[0]["prompt"].endswith("long @grok")


def test_a_tweet_inside_a_note_about_who_may_see_it(tmp_path: Path) -> None:
    limited = {"__typename": "TweetWithVisibilityResults", "tweet": graphql(ASKED), "limitedActionResults": {}}
    record = {"source_platform": "x.com", "data": limited}
    gone = {"source_platform": "x.com", "data": {"__typename": "TweetTombstone"}}
    assert [event["event_id"] for event in _one(tmp_path, record, gone)] == [ASK]


def test_a_quoted_post_that_is_gone_keeps_its_author_in_the_link(tmp_path: Path) -> None:
    tweet = graphql(STORY[1])
    del tweet["quoted_status_result"]
    tweet["legacy"]["quoted_status_permalink"] = {"expanded": "https://twitter.com/anna/status/1"}
    assert _one(tmp_path, tweet)[0]["target_id"] == "anna"


def test_v1_in_compatible_mode_and_its_notices(tmp_path: Path) -> None:
    tweet = v1(ASKED)
    tweet["extended_tweet"] = {"full_text": tweet.pop("full_text"), "entities": tweet.pop("entities")}
    tweet["text"] = "cut …"
    events, source = read(
        write_lines(tmp_path / "a", tweet, {"delete": {"status": {"id": 1}}}, {"limit": {"track": 3}})
    )
    assert events[0]["prompt"] == ASKED.text
    assert source.left_out["control_message"] == 2


def test_folders_of_academictwitter(tmp_path: Path) -> None:
    quote = v2(STORY[1])
    (tmp_path / "data_1.json").write_text(json.dumps([quote]))
    includes = {
        "users": [{"id": "21", "username": "anna"}],
        "tweets": [{"id": STORY[1].quotes, "author_id": "21", "text": ""}],
    }
    (tmp_path / "users_1.json").write_text(json.dumps(includes))
    (event,), _ = read(tmp_path)
    assert (event["target_id"], event["target_basis"]) == ("21", "post_author")


def test_coortweet_rows_are_taken_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "object_id,account_id,content_id,timestamp_share\nt,a,5,1767433325\nu,a,5,1767433325\nt,b,6,1767433330\n"
    )
    events, source = read(tmp_path / "a.csv")
    assert [(event["event_id"], event["target_id"]) for event in events] == [("5", "t"), ("5#2", "u"), ("6", "t")]
    assert any("contains no text" in line for line in source.said)


def test_cnt_messages_follow_the_rules_where_they_have_text(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "message_id,user_id,username,repost_id,reply_id,message,timestamp,urls\n"
        "2,11,asker,,1,@anna @grok please,1767433325,\n1,21,anna,,,a photo,1767433320,\n3,13,fan,1,,RT @grok,1767433326,\n"
    )
    (event,), source = read(tmp_path / "a.csv")
    assert (event["target_id"], event["target_basis"]) == ("21", "post_author")
    assert source.left_out == {"addresses_no_generator": 1, "repost": 1}


def test_telegram_ids_belong_to_their_chat(tmp_path: Path) -> None:
    message = {"type": "message", "date": "2026-01-03T09:42:05", "date_unixtime": "1767433325", "from_id": "user1"}
    asked = message | {"id": 2, "reply_to_message_id": 1, "text": ["ask ", {"type": "mention", "text": "@grok"}]}
    first = message | {"id": 1, "from_id": "user2", "text": "a photo"}
    service = {"id": 0, "type": "service", "date": "2026-01-03T09:42:05", "actor_id": "user1"}
    chat = {"name": "c", "type": "public_supergroup", "id": 77, "messages": [service, first, asked]}
    (tmp_path / "result.json").write_text(json.dumps(chat, indent=1))
    (event,), _ = read(tmp_path / "result.json")
    assert (event["event_id"], event["target_id"], event["prompt"]) == ("77/2", "user2", "ask @grok")


def test_meltwater_dates_and_links(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "Date,Time,URL,Hit Sentence,Influencer,Language\n"
        '03-Jan-2026,09:42 AM,https://twitter.com/asker/statuses/5,"@anna @grok, please",@asker,English\n'
    )
    (event,), _ = read(tmp_path / "a.csv")
    assert (event["event_id"], event["account_id"], event["target_id"]) == ("5", "asker", "anna")
    assert (event["platform"], event["occurred_at"]) == ("x", "2026-01-03T09:42:00Z")


def test_hashed_accounts_of_an_archive(tmp_path: Path) -> None:
    hashed = "cB7RJ7h1f+Y4R7R5asaEqt9i3IVK6FCtD7dmEKSu2QM="
    header = "tweetid,userid,user_screen_name,tweet_text,tweet_time,in_reply_to_userid,in_reply_to_tweetid,is_retweet,user_mentions\n"
    (tmp_path / "a.csv").write_text(
        header + f"5,{hashed},{hashed},@anna @grok,2018-01-03 09:42,21,4,False,\"['21']\"\n"
    )
    (event,), _ = read(tmp_path / "a.csv")
    assert (event["account_id"], event["target_id"]) == (hashed, "21")


def test_a_jetstream_post_dated_into_the_future_has_the_time_it_was_seen(tmp_path: Path) -> None:
    record = {"$type": "app.bsky.feed.post", "createdAt": "2031-01-01T00:00:00Z", "text": "@grok.bsky.social hi"}
    commit = {"operation": "create", "collection": "app.bsky.feed.post", "rkey": "a", "record": record}
    (event,) = _one(tmp_path, {"did": "did:plc:1", "time_us": 1767433325872902, "kind": "commit", "commit": commit})
    assert event["occurred_at"].startswith("2026-01-03T09:42:05")


def test_envelopes_around_a_providers_record(tmp_path: Path) -> None:
    cloud = {"specversion": "1.0", "type": "com.example.post", "id": "1", "source": "/x", "data": v2_stream(ASKED)}
    connect = {
        "schema": {"type": "struct", "fields": []},
        "payload": {"before": None, "after": v2(ASKED), "op": "c", "source": {}},
    }
    gone = {"before": v2(ASKED), "after": None, "op": "d", "source": {}}
    assert [event["event_id"] for event in _one(tmp_path, cloud)] == [ASK]
    events, source = read(write_lines(tmp_path / "b", connect, gone))
    assert [event["event_id"] for event in events] == [ASK]
    assert source.left_out == {"deleted": 1}


def test_dates_of_a_connect_schema_are_days(tmp_path: Path) -> None:
    fields = [{"field": "occurred_at", "type": "int32", "name": "io.debezium.time.Date"}]
    row = {"event_id": "1", "account_id": "a", "occurred_at": 20456}
    (event,) = _one(tmp_path, {"schema": {"type": "struct", "fields": fields}, "payload": row})
    assert event["occurred_at"].startswith("2026-01-03T00:00:00")


def test_the_answer_of_a_generator_whose_request_is_not_in_the_file(tmp_path: Path) -> None:
    (event,) = _one(tmp_path, v2_stream(STORY[3]))
    assert (event["event_type"], event["event_id"], event["mention_id"]) == ("generation", ANSWER, ASK)
