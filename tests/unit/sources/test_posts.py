"""The rules from posts to events, each alone, and that the order of posts does not matter."""

import json
import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from veille.config import Generator, Posts
from veille.events import CLASSES, EventType
from veille.sources.post import AsGeneration, AsMention, Post, PostAccount
from veille.sources.posts import PostRules

ANNA, BERTA, GROK, ASKER = (
    PostAccount("21", "Anna"),
    PostAccount("22", "berta"),
    PostAccount("99", "grok"),
    PostAccount("11", "asker"),
)


def post(number: int, text: str, author: PostAccount = ASKER, **more: Any) -> Post:
    return Post(id=str(number), at=f"2026-01-01T00:{number:02d}:00Z", author=author, text=text, **more)


def events(*posts: Post, settings: Posts | None = None, platform: str = "x") -> tuple[list[dict[str, Any]], PostRules]:
    rules = PostRules(settings or Posts(), platform)
    messages = [message for each in posts for message in rules.events(each)]
    messages += [message for _, found in rules.finish() for message in found]
    return [json.loads(message) for message in messages], rules


def test_several_targets_are_one_mention_each_in_the_order_of_the_text() -> None:
    found, _ = events(post(1, "@berta and @anna and @Berta @grok swap", tagged=[ANNA, BERTA, BERTA, GROK]))
    assert [(each["event_id"], each["target_id"], each["target_basis"]) for each in found] == [
        ("1", "22", "tagged"),
        ("1#2", "21", "tagged"),
    ]


def test_the_answer_names_the_first_target() -> None:
    answer = post(2, "here", GROK, answers="1", answered=ASKER, media="video")
    found, _ = events(answer, post(1, "@anna @berta @grok", tagged=[ANNA, BERTA, GROK]))
    generation = found[-1]
    assert (generation["event_type"], generation["mention_id"], generation["target_id"]) == ("generation", "1", "21")
    assert (generation["media_type"], generation["account_id"]) == ("video", "11")


def test_an_answer_in_text_only_is_a_generation_that_nobody_has_judged() -> None:
    answer = post(2, "I will not do that", GROK, answers="1", answered=ASKER)
    found, rules = events(post(1, "@anna @grok", tagged=[ANNA, GROK]), answer)
    assert (found[1]["outcome"], found[1]["mention_id"], found[1]["target_id"]) == ("unknown", "1", "21")
    assert "media_type" not in found[1]
    assert not rules.left_out.total()


def test_the_generator_is_nobodys_target_whichever_way_it_is_met() -> None:
    found, _ = events(
        post(1, "@grok", answers="0", answered=GROK),
        post(2, "@grok nice", quotes="5", quoted=PostAccount("99")),
        post(3, "thanks", answers="5", answered=PostAccount(None, "Grok")),
    )
    assert len(found) == 3
    assert not any("target_id" in each for each in found)


def test_a_post_that_answers_and_quotes_is_about_the_one_it_answers() -> None:
    (found,), _ = events(post(1, "@grok", answers="7", answered=ANNA, quotes="8", quoted=BERTA))
    assert found["target_id"] == "21"


def test_who_answers_her_own_post_asks_about_herself() -> None:
    (found,), _ = events(post(1, "@grok brighter please", ANNA, answers="0", answered=ANNA))
    assert found["account_id"] == found["target_id"] == "21"


def test_an_unanswered_generator_and_a_repost_are_left_out() -> None:
    found, rules = events(post(1, "news", GROK), post(2, "RT @grok", repost=True), post(3, "hello @grokfan"))
    assert found == []
    assert rules.left_out == {"generator_own_post": 1, "repost": 1, "addresses_no_generator": 1}


def test_a_parent_that_comes_later_or_never() -> None:
    answer = post(5, "@grok please", answers="9")
    (found,), _ = events(answer, post(9, "a photo", BERTA))
    assert (found["target_id"], found["target_basis"]) == ("22", "post_author")
    (found,), _ = events(post(5, "@anna @grok please", answers="9"))
    assert (found["target_id"], found["target_basis"]) == ("anna", "tagged")


def test_a_mail_address_or_link_addresses_nobody() -> None:
    found, _ = events(post(1, "me@grok.example https://x.com/@grok"))
    assert found == []


def test_generators_are_settings() -> None:
    settings = Posts(generators={"paint": Generator(names=["x:painter"], ids=["mastodon:7"])})
    assert len(events(post(1, "@painter draw", tagged=[ANNA]), settings=settings)[0]) == 1
    assert events(post(1, "@painter draw"), settings=settings, platform="mastodon")[0] == []
    (found,), _ = events(
        post(1, "@far draw", tagged=[PostAccount("7", "far@a.example")]), settings=settings, platform="mastodon"
    )
    assert found["generator"] == "paint"


def test_a_reddit_name_is_a_handle() -> None:
    (found,), _ = events(post(1, "u/grok look at /u/anna_s"), platform="reddit")
    assert found["target_id"] == "anna_s"


def test_messages_have_the_contracts_fields() -> None:
    for shape, kind in ((AsMention, EventType.MENTION), (AsGeneration, EventType.GENERATION)):
        assert set(shape.__struct_fields__) <= set(CLASSES[kind].__struct_fields__)


THREADS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["ask", "follow", "answer", "aside"])), max_size=14)


@given(THREADS, st.randoms(use_true_random=False))
def test_the_order_of_posts_does_not_matter(plan: list[tuple[int, str]], shuffle: random.Random) -> None:
    posts: list[Post] = []
    last: dict[int, str] = {}
    for number, (thread, kind) in enumerate(plan, 10):
        root, parent = f"root{thread}", last.get(thread, f"root{thread}")
        owner = PostAccount(f"owner{thread}")
        if kind == "ask":
            posts.append(post(number, "@grok do", PostAccount(f"a{number}"), thread=root, answers=root, answered=owner))
        elif kind == "follow":
            posts.append(post(number, "@grok more", PostAccount("f"), thread=root, answers=parent, answered=GROK))
        elif kind == "answer":
            posts.append(
                post(number, "here", GROK, thread=root, answers=parent, answered=PostAccount("f"), media="image")
            )
        else:
            posts.append(post(number, "no", PostAccount("z"), thread=root, answers=parent))
        last[thread] = str(number)
    shuffled = [*posts]
    shuffle.shuffle(shuffled)

    def told(order: list[Post]) -> list[str]:
        return sorted(json.dumps(each, sort_keys=True) for each in events(*order)[0])

    assert told(posts) == told(shuffled)
