"""From posts to events: who asked which generator about whom, and what the generator answered.

The rules, in their order:

1. A repost is no request.
2. A post by a generator that answers a post is its generation: with media `fulfilled`, in text only `unknown`. Its other
   posts are left out.
3. A mention is a post that addresses a generator: it names it, or answers it. Other posts are left out.
4. The target is the person whose post is answered, else the one whose post is quoted, else the tagged ones in the order
   of the text. The generator is nobody's target. Who answers her own post asks about herself.
5. An answer to the generator belongs to the thread's first target.
6. Several targets are one mention each: the post's id, then `#2`, `#3` …; the generation names the first.

Posts of a thread come in any order, so what cannot be decided yet waits for the end of the input.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from veille.config import Posts
from veille.sources.generators import GeneratorAccounts
from veille.sources.post import AsGeneration, AsMention, Post, PostAccount, PostAuthor

MOST_REMEMBERED = 1_000_000
"""Posts of a platform that are remembered for their answers; the oldest fifth is forgotten beyond it."""
MOST_WAITING = 200_000
"""Posts that wait for the end of the input; beyond it they are decided by what is known."""
MOST_NAMELESS = 50_000
"""Answers that are kept in case their author, or whom they answer, turns out to be a generator."""


class _Target(NamedTuple):
    person: PostAccount
    basis: str


class UndecidedPost(NamedTuple):
    """A post that is decided at the end, with what the caller wants back beside its events."""

    post: Post
    generator: str
    place: Any


_encode = msgspec.json.Encoder().encode


class PostRules:
    """The rules for the posts of one platform. left_out counts posts by reason."""

    def __init__(self, settings: Posts, platform: str, *, wait: bool = True) -> None:
        """wait: whether undecided posts wait for `finish`; a live stream cannot."""
        self.platform = platform
        self.left_out: Counter[str] = Counter()
        self.latest = ""
        """Time of the post that was seen last."""
        self._wait = wait
        self._accounts = GeneratorAccounts(settings, platform)
        self._authors: dict[str, PostAccount] = {}
        self._asked: dict[str, _Target | None] = {}
        self._roots: dict[str, str] = {}
        self._first: dict[str, tuple[str, _Target]] = {}
        self._in_thread: dict[tuple[str, str], list[tuple[str, str]]] = {}
        self._nameless: list[UndecidedPost] = []
        self._waiting: list[UndecidedPost] = []

    def events(self, post: Post, place: Any = None) -> list[bytes]:
        """Contract messages of one post; none where it waits or is left out."""
        self.latest = post.at
        if post.repost:
            self.left_out["repost"] += 1
            return []
        if post.author.name is None:
            self.left_out["no_account"] += 1
            return []
        named, tagged = self._accounts.named(post)
        author = self._accounts.of(post.author)
        self._remember(post)
        if author is not None:
            return self._answer_or_wait(post, author, place)
        addressed = named or (self._accounts.of(post.answered) if post.answered else None)
        if addressed is None and post.answers and (parent := self._authors.get(post.answers)):
            addressed = self._accounts.of(parent)
        if addressed is None:
            self._leave_out(post, place)
            return []
        post.tagged = tagged
        if self._wait and self._undecided(post) and len(self._waiting) < MOST_WAITING:
            self._asked.setdefault(post.id, None)
            self._waiting.append(UndecidedPost(post, addressed, place))
            return []
        return self._mentions(post, addressed, self._targets(post))

    def seen(self, seen: PostAuthor) -> None:
        """Learn who wrote a post."""
        self._authors.setdefault(seen.id, seen.author)

    def _leave_out(self, post: Post, place: Any) -> None:
        """A post that addresses no generator, as far as is known: its author, or whom it answers, may yet turn out to be one."""
        open_question = post.author.handle is None or (post.answered is None and post.answers not in self._authors)
        if self._wait and post.answers and open_question and len(self._nameless) < MOST_NAMELESS:
            self._nameless.append(UndecidedPost(post, "", place))
        self.left_out["addresses_no_generator"] += 1

    def _turned_out(self) -> list[UndecidedPost]:
        """Left-out posts of which later posts have shown that a generator wrote or received them."""
        found = []
        for each in self._nameless:
            receiver = each.post.answered or self._authors.get(each.post.answers or "")
            name = self._accounts.of(each.post.author) or self._accounts.of(receiver)
            if name is not None:
                found.append(each._replace(generator=name))
        self.left_out["addresses_no_generator"] -= len(found)
        self._nameless = []
        return found

    def finish(self) -> Iterator[tuple[Any, list[bytes]]]:
        """What waited, each with its place: first requests, then follow-ups in the order of time, then answers."""
        waiting, self._waiting = self._waiting + self._turned_out(), []
        answers = [each for each in waiting if self._accounts.of(each.post.author)]
        requests = [each for each in waiting if not self._accounts.of(each.post.author)]
        follow_ups = sorted((each for each in requests if self._follows_up(each.post)), key=lambda each: each.post.at)
        for each in (*(each for each in requests if not self._follows_up(each.post)), *follow_ups):
            yield each.place, self._mentions(each.post, each.generator, self._targets(each.post))
        for each in answers:
            yield each.place, self._generation(each.post, each.generator)

    def _remember(self, post: Post) -> None:
        self._authors[post.id] = post.author
        parent = post.answers
        if post.thread is not None:
            self._roots[post.id] = post.thread
        elif parent is not None:
            self._roots[post.id] = self._roots.get(parent, parent)
        if len(self._authors) > MOST_REMEMBERED:
            for memory in (self._authors, self._asked, self._roots, self._first, self._in_thread):
                _forget_oldest(memory)

    def _follows_up(self, post: Post) -> bool:
        person = post.answered or (self._authors.get(post.answers) if post.answers else None)
        return person is not None and self._accounts.of(person) is not None

    def _undecided(self, post: Post) -> bool:
        """Whether later posts may tell whom this one is about."""
        if self._follows_up(post):
            return True
        parents = ((post.answers, post.answered), (post.quotes, post.quoted if not post.answered else post.answered))
        return any(parent and not author and parent not in self._authors for parent, author in parents)

    def _targets(self, post: Post) -> list[_Target]:
        if self._follows_up(post):
            first = self._first.get(self._thread(post))
            return [first[1]] if first else []
        answered = post.answered or (self._authors.get(post.answers) if post.answers else None)
        for person in (answered, post.quoted or (self._authors.get(post.quotes) if post.quotes else None)):
            if person is not None and person.name and self._accounts.of(person) is None:
                return [_Target(person, "post_author")]
        return [_Target(person, "tagged") for person in post.tagged or () if person.name]

    def _thread(self, post: Post) -> str:
        """The post under which a thread began, through every answer that was seen."""
        root = post.thread or post.id
        for _ in range(1_000):
            above = self._roots.get(root, root)
            if above == root:
                break
            root = above
        return root

    def _mentions(self, post: Post, generator: str, targets: list[_Target]) -> list[bytes]:
        self._asked[post.id] = targets[0] if targets else None
        if post.thread and post.author.handle:
            self._in_thread.setdefault((post.thread, post.author.handle.lower()), []).append((post.at, post.id))
        if targets and not self._follows_up(post):
            thread = self._thread(post)
            known = self._first.get(thread)
            if known is None or post.at < known[0]:
                self._first[thread] = (post.at, targets[0])
        mention = AsMention(
            event_id=post.id,
            occurred_at=post.at,
            platform=self.platform,
            account_id=post.author.name or "",
            generator=generator,
            post_id=post.id,
            collected_at=post.collected_at,
            parent_post_id=post.answers or post.quotes,
            prompt=post.text or None,
            language=post.language,
            account_created_at=post.created_at,
            account_followers=post.followers,
        )
        if not targets:
            return [_encode(mention)]
        messages = []
        for number, target in enumerate(targets, 1):
            if number > 1:
                mention.event_id = f"{post.id}#{number}"
            mention.target_id, mention.target_basis = target.person.name, target.basis
            messages.append(_encode(mention))
        return messages

    def _answer_or_wait(self, post: Post, generator: str, place: Any) -> list[bytes]:
        if post.answers is None and not (post.thread and post.answered and post.answered.handle):
            self.left_out["generator_own_post"] += 1
            return []
        if self._wait and self._asked.get(post.answers or "") is None and len(self._waiting) < MOST_WAITING:
            self._waiting.append(UndecidedPost(post, generator, place))
            return []
        return self._generation(post, generator)

    def _answered_post(self, post: Post) -> str | None:
        """The post that a generator answered; where the format keeps only whom, her last request in the thread."""
        if post.answers is not None or post.answered is None:
            return post.answers
        asked = self._in_thread.get((post.thread or "", (post.answered.handle or "").lower()), [])
        return max((each for each in asked if each[0] <= post.at), default=(None, None))[1]

    def _generation(self, post: Post, generator: str) -> list[bytes]:
        parent = self._answered_post(post)
        if parent is None:
            self.left_out["answers_no_known_post"] += 1
            return []
        target = self._asked.get(parent)
        asker = post.answered or self._authors.get(parent)
        return [
            _encode(
                AsGeneration(
                    event_id=post.id,
                    occurred_at=post.at,
                    platform=self.platform,
                    outcome="unknown" if post.media is None else "fulfilled",
                    generator=generator,
                    post_id=post.id,
                    mention_id=parent,
                    surface="reply",
                    collected_at=post.collected_at,
                    account_id=asker.name if asker else None,
                    target_id=target.person.name if target else None,
                    media_type=post.media,
                    views=post.views if post.collected_at else None,
                    views_at=post.collected_at if post.views is not None else None,
                )
            )
        ]


def _forget_oldest(memory: dict[Any, Any]) -> None:
    for key in list(memory)[: len(memory) // 5]:
        del memory[key]
