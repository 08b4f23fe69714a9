"""Which handle a stable number went by, as records of a provider show it."""

from datetime import datetime
from typing import NamedTuple

from veille.privacy import fold_person
from veille.sources.post import Post, PostAccount

MOST_CHARACTERS = 128
"""As for every id of the contract."""


Span = tuple[datetime | None, datetime | None]
"""First and last time (UTC); None where none is known."""


class SeenAlias(NamedTuple):
    """A handle beside a number in the records of one batch; both are originals.

    first_at, last_at: times (UTC) of the posts that showed both; None where no such post has a readable time.
    """

    platform: str
    number: str
    handle: str
    first_at: datetime | None
    last_at: datetime | None


class AliasBook:
    """Collects the aliases of a batch: one each, with the span of time in which it was seen."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], Span] = {}

    def learn_from(self, post: Post, platform: str) -> None:
        """Learn from every account that a post names by both: author, answered, quoted and tagged."""
        at = _instant(post.at)
        for account in (post.author, post.answered, post.quoted, *(post.tagged or ())):
            if account is not None:
                self._learn(account, at, platform)

    def learn(self, account: PostAccount, at: str | None, platform: str) -> None:
        """Learn from an account; nothing where it lacks one of both. at: RFC 3339."""
        self._learn(account, None if at is None else _instant(at), platform)

    def take(self) -> tuple[SeenAlias, ...]:
        """What was learnt since the last call."""
        taken, self._seen = self._seen, {}
        return tuple(SeenAlias(*names, *span) for names, span in taken.items() if _tells_two_names(*names[1:]))

    def _learn(self, account: PostAccount, at: datetime | None, platform: str) -> None:
        if account.id is None or account.handle is None:
            return
        key = (platform, account.id, account.handle)
        known = self._seen.get(key)
        self._seen[key] = (at, at) if known is None else widened(known, (at, at))


def widened(one: Span, other: Span) -> Span:
    """The smallest span that holds both; None stands for no time."""
    firsts = [at for at in (one[0], other[0]) if at is not None]
    lasts = [at for at in (one[1], other[1]) if at is not None]
    return min(firsts, default=None), max(lasts, default=None)


def _tells_two_names(number: str, handle: str) -> bool:
    """Whether these are two names of one person. A handle of digits only cannot be told from somebody's number."""
    if not (0 < len(number) <= MOST_CHARACTERS and 0 < len(handle) <= MOST_CHARACTERS) or handle.isdecimal():
        return False
    folded = fold_person(handle)
    return bool(folded) and folded != fold_person(number)


def _instant(at: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(at)
    except ValueError:
        return None
    return read if read.tzinfo is not None else None
