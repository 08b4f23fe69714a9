"""Links and addresses, as expressions over shapes (veille.scrub.shadow): in every spelling that leads somewhere."""

import re
from functools import cache
from pathlib import Path

from veille.scrub.shadow import WORD

_LETTER = rf"{WORD}\-"
_LABEL = rf"[{WORD}](?:[{_LETTER}]{{0,62}}[{WORD}])?"
HOST = rf"{_LABEL}(?:\.{_LABEL})+"
_NOT_IN_WORD = rf"(?<![{WORD}])"
_TAIL = r"[^\s<>\"\x00]*"

LINK = re.compile(
    rf"(?:[A-Za-z][A-Za-z0-9+.-]{{0,30}}:[/\\]{{2,}}{_TAIL}"  # any scheme
    rf"|(?i:h..ps?|ftps?|wss?):[/\\]?[{WORD}]{_TAIL}"  # browsers forgive missing slashes
    rf"|(?i:did|acct|sip|sips|xmpp|skype|matrix|urn|magnet|javascript|data):[^\s:]{_TAIL}"
    rf"|(?<![:{WORD}])[/\\]{{2}}[{WORD}]{_TAIL}"  # protocol-relative
    rf"|{_NOT_IN_WORD}(?i:www)\.[{WORD}]{_TAIL}"
    rf"|(?<!\d)(?<!\d\.)\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?::\d+)?[/\\]{_TAIL}"
    rf"|\[[0-9A-Fa-f:]{{2,39}}\](?::\d+)?[/\\]{_TAIL}"
    rf"|{_NOT_IN_WORD}(?=[0-9_.ー-]{{0,250}}[A-Za-zéあ])[{WORD}](?:[{_LETTER}.]{{0,250}}[{WORD}])?:\d{{2,5}}[/\\]{_TAIL})"  # host:8080/name
)
_ATOM = r"[A-Za-z0-9é_.!#$%&'*+/=?^`{|}~-]"
"""What RFC 5322 lets stand in a local part without quotes."""
ADDRESS = re.compile(
    r"(?:(?i:mailto):)?(?<![@A-Za-z0-9é_])"
    rf"(?:(?P<local>[A-Za-z0-9é_](?:{_ATOM}{{0,200}}[A-Za-z0-9é_+-])?)@{{1,3}}|"
    rf"(?P<spaced>[A-Za-z0-9é_](?:{_ATOM}{{0,200}}[A-Za-z0-9é_])?) ?@ )"
    rf"(?P<host>{HOST}|{_LABEL})"
)
QUOTED_ADDRESS = re.compile(rf'"(?P<local>[^"\n]{{1,64}})"@(?P<host>{HOST}|{_LABEL})')
LITERAL_ADDRESS = re.compile(
    rf"(?P<local>[A-Za-z0-9é_]{_ATOM}{{0,200}})@(?P<host>\[(?i:ipv6:)?[0-9A-Fa-f.:]{{2,39}}\])"
)
GLUED_ADDRESS = re.compile(rf"(?P<local>[あー]{{1,12}})@(?P<host>{HOST})")
SPELLED_ADDRESS = re.compile(
    rf"(?i)(?<![{WORD}])[{WORD}](?:[{_LETTER}.+]*[{WORD}])?\s+at\s+(?P<host>(?:{_LABEL}\s+dot\s+)+[A-Za-z]{{2,24}})(?![A-Za-z0-9_é])"
)
SPELLED_DOMAIN = re.compile(
    rf"(?i)(?<![{WORD}])(?P<host>{_LABEL}(?:\s+dot\s+{_LABEL})*\s+dot\s+(?:com|net|org|social|[A-Za-z]{{2,24}}(?=\s+slash\s)))(?![A-Za-z0-9_é])"
    rf"(?:\s+slash\s+[@{WORD}]{_TAIL})*"
)
_REST = (
    rf"(?P<rest>(?::\d{{1,5}})?\s?[/\\?#][/\\?#!]{{0,2}}\s?[{WORD}@~.?=&%+-]{_TAIL}(?:\s[/\\]\s?[{WORD}]{_TAIL})*"
    r"|[/\\]|:\d{2,5}(?!\d))?"
)
ASCII_DOMAIN = re.compile(
    r"(?<![A-Za-z0-9_é])(?<![A-Za-z0-9_é]\.)(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_-]+)+)(?![é])"
    + _REST
)
DOMAIN = re.compile(rf"{_NOT_IN_WORD}(?<![{WORD}]\.)(?P<host>{HOST})" + _REST)
BRACKETED = re.compile(
    r"\s?[\[({<]\s?(?:(?P<dot>\.|(?i:dot))|(?P<at>@|(?i:at))|(?P<scheme>:[/\\]{2})|(?P<colon>:)|(?P<slash>[/\\]|(?i:slash)))"
    r"\s?[\])}>]\s?|(?P<escaped>\\\.)"
    r"|(?P<coded_at>%(?:25)*40|&#0*64;?|&#[xX]0*40;?|&commat;?|\\u0040|\\x40)"
    r"|(?P<coded_slash>%(?:25)*(?:2[fF]|5[cC])|&#0*(?:47|92);?|&#[xX]0*(?:2[fF]|5[cC]);?|&b?sol;|\\u00(?:2[fF]|5[cC]))"
    r"|(?P<coded_dot>%(?:25)*2[eE]|&#0*46;?|&#[xX]0*2[eE];?|&period;|\\u002[eE])"
    r"|(?P<coded_colon>%(?:25)*3[aA]|&#0*58;?|&#[xX]0*3[aA];?|&colon;|\\u003[aA])"
    r"|(?<=[A-Za-z0-9é])(?P<parted>\s\.\s?|\.\s)(?=(?:com|net|org|me|tv|io|ru|social)[/\\][A-Za-z0-9é_@])"
)
"""Signs as they are spelled where a link shall not be followed: in brackets (`x[.]com`, `name (at) host`), as code of a link, a page
or a program (`%40name`, `&#64;name`), or with a space (`x .com/name`)."""

GLUED_TO_HANDLES = frozenset(
    {"rt", "via", "cc", "by", "hi", "hey", "hello", "thanks", "from", "and", "y", "e", "et", "und"}
)
"""Words that people write directly before a handle; any other word there is the local part of an address."""

_SENTENCE_WORDS = frozenset(
    re.split(
        r"\s+",
        "am and are as at be best but by call day do for fun game go got he hi home how if in is it just let like live look "
        "love man may me men more my new no not now ok one open or pay please plus say see show so the then there to us was "
        "way we what when who why win work you",
    )
)
"""Words that are top-level domains too: after a full stop without a space, with a capital letter, they begin a sentence."""


@cache
def top_level_domains() -> frozenset[str]:
    """IANA's list of the root zone, and names that stand for none: example, test, onion and their kin (RFC 2606, 7686)."""
    listed = Path(__file__).with_name("tlds.txt").read_text(encoding="ascii").split()
    unicode_names = {name[4:].encode().decode("punycode") for name in listed if name.startswith("xn--")}
    reserved = {
        "example",
        "test",
        "invalid",
        "localhost",
        "local",
        "onion",
        "internal",
        "lan",
        "eth",
        "bit",
        "alt",
        "テスト",
        "测试",
    }
    return frozenset({*listed, *unicode_names, *reserved})


def is_public_domain(host: str) -> bool:
    """Whether a host (content, dots inside) ends in a top-level domain, and is not just the seam of two sentences."""
    before, _, last = host.rstrip(".").rpartition(".")
    before = before.rpartition(".")[2]
    if not before or last.casefold() not in top_level_domains():
        return False
    seam = last[:1].isupper() and not last.isupper() and not before.isupper()
    return not (seam and last.casefold() in _SENTENCE_WORDS)


def before_hyphen(host: str) -> int:
    """How much of a host reaches to a hyphen in its last label: no top-level domain has one, so there a word goes on."""
    last = host.rpartition(".")[2]
    at = last.find("-")
    return len(host) if at < 0 or last.startswith("xn--") else len(host) - len(last) + at


def is_host_with_path(host: str) -> bool:
    """Whether a name before a slash may be a host: its last label is a word of two letters or more."""
    last = host.rsplit(".", 1)[-1]
    return len(last) >= 2 and not last[0].isdigit() and not last.replace("_", "").isdigit()
