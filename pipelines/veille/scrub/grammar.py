"""How each platform writes a person's handle, from the platform's own document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from veille.scrub.shadow import GLUED, LONG, SPACED, WORD


@dataclass(frozen=True, slots=True)
class Grammar:
    """Handles of one platform.

    document: where the platform says so. inner: signs that may stand inside a handle besides letters, digits and
    underscores. any_script: letters of every script, not only ASCII. numbered: `name#1234` is a person.
    """

    document: str
    inner: str = ""
    any_script: bool = False
    numbered: bool = False


WIDEST = Grammar("every platform's taken together", ".-·", any_script=True, numbered=True)
"""For platforms that are not in the table."""

_MASTODON = Grammar("https://docs.joinmastodon.org/spec/webfinger/", ".-")
_X = Grammar("https://help.x.com/en/managing-your-account/x-username-rules")
_INSTAGRAM = Grammar("https://help.instagram.com/182492381886913", ".")
_REDDIT = Grammar("https://support.reddithelp.com/hc/en-us/articles/360060422572", "-")

GRAMMARS: Mapping[str, Grammar] = {
    "x": _X,
    "twitter": _X,
    "bluesky": Grammar("https://atproto.com/specs/handle", ".-"),
    "bsky": Grammar("https://atproto.com/specs/handle", ".-"),
    "mastodon": _MASTODON,
    "truthsocial": _MASTODON,
    "instagram": _INSTAGRAM,
    "threads": _INSTAGRAM,
    "reddit": _REDDIT,
    "telegram": Grammar("https://core.telegram.org/method/account.checkUsername"),
    "tiktok": Grammar(
        "https://support.tiktok.com/en/getting-started/setting-up-your-profile/changing-your-username", "."
    ),
    "youtube": Grammar("https://support.google.com/youtube/answer/11585688", ".-·", any_script=True),
    "facebook": Grammar("https://www.facebook.com/help/105399436216001", "."),
    "discord": Grammar("https://support.discord.com/hc/en-us/articles/12620128861463", ".", numbered=True),
    "snapchat": Grammar("https://help.snapchat.com/hc/en-us/articles/7012306424084", ".-"),
    "twitch": Grammar("https://help.twitch.tv/s/article/creating-an-account-with-twitch"),
    "weibo": Grammar("https://open.weibo.com/wiki/2/users/show", "-", any_script=True),
    "vk": Grammar("https://dev.vk.com/en/method/utils.resolveScreenName", "."),
}
"""Platform without dots, hyphens and underscores → its grammar."""

_UNSIGNED = re.compile(r"[._-]")
_NAME = re.compile(rf"[{WORD}]+")
_ASCII_NAME = re.compile(r"[A-Za-z0-9_]+")


def grammar(platform: str) -> Grammar:
    """The grammar of a platform, the widest where it is not known."""
    return GRAMMARS.get(_UNSIGNED.sub("", platform.lower()), WIDEST)


def own_name(rules: Grammar, shape: str) -> tuple[int, int]:
    """How much of a handle-like stretch names the person, and how much of it must go.

    shape: what follows the @, words joined by signs. A stretch goes whole: what is glued to a handle belongs to it in
    another platform's grammar. Only where ASCII handles stand directly before a script without spaces does the text
    go on: there it is the sentence.
    """
    word = re.compile(
        rf"[A-Za-z0-9_]+(?:[{re.escape(rules.inner)}]+[A-Za-z0-9_]+)*" if rules.inner else r"[A-Za-z0-9_]+"
    )
    if rules.any_script:
        word = re.compile(rf"[{WORD}]+(?:[{re.escape(rules.inner)}]+[{WORD}]+)*")
    found = word.match(shape)
    if found is None:  # no handle of this platform: a name in another script
        whole = _NAME.match(shape)
        return (whole.end(), len(shape)) if whole else (len(shape), len(shape))
    end = found.end()
    following = shape[end : end + 1]
    if following in {GLUED, LONG} and following:
        return end, end
    if following == SPACED:  # a letter that this platform does not know, as in josé: one word, one person
        whole = _NAME.match(shape, _last_word(shape, end))
        end = whole.end() if whole else end
    return end, len(shape)


def _last_word(shape: str, end: int) -> int:
    """Where the last word before `end` begins."""
    at = end
    while at and _ASCII_NAME.match(shape[at - 1]):
        at -= 1
    return at
