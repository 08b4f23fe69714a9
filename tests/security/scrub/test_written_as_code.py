"""Handles, addresses and links with signs around the @, as codes of links and pages, and parted by spaces; sentences that stay."""

import time

import pytest

from tests.security.scrub.oracle import survives
from tests.unit.make import KEY
from veille.privacy import Pseudonymiser
from veille.scrub import Scrubber

PLANT = "zqplant"
SPELLED = (
    *(
        f"@{sign}{PLANT}"
        for sign in ("-", ".", "'", '"', "“", "(", "{", "<", "*", "/", ":", "~", "$", "+", "!", "&", "«", "<!")
    ),
    *(f"{at}{PLANT}" for at in ("%40", "%2540", "％４０", "&#64;", "&#064;", "&#x40;", "&commat;", "\\u0040", "\\x40")),
    *(f"x.com{slash}{PLANT}" for slash in ("%2F", "%5c", "&#47;", "&sol;", "\\\\", "//", "\\u002f", "/?u=", "#!/")),
    *(
        "https%3A%2F%2Fx.com%2Fzqplant",
        "x%2Ecom%2Fzqplant",
        "x.com/./zqplant",
        "x&#46;com/zqplant",
        "x&period;com/zqplant",
    ),
    *("x .com/zqplant", "x. com/zqplant", "x . com/zqplant", "x dot com slash zqplant", "t dot me slash zqplant"),
    *("r/u_zqplant", "/r/u_zqplant", "R/u_zqplant"),
    *(
        "zqplant@ mail.com",
        "zqplant@[192.0.2.1]",
        "zqplant@[IPv6:2001:db8::1]",
        "zqplant%40mail.com",
        "zqplant&#64;mail.com",
    ),
    *("zqplant!a@mail.com", "a/zqplant@mail.com", "zqplant#1@mail.com", "a&zqplant@mail.com", "zqplant=a@mail.com"),
)
SENTENCES = (
    *(
        "50% of 40 people",
        "AT&T and R&B; 4 * 4 = 16",
        "a 100%25 sale",
        "either/or, and/or",
        "3 @ $5 each",
        "look :@) there",
    ),
    *("von 1.000 - 2.000 €", "von 1 000–2 000 000", "am 14/07/1789", "the slash is bold *at* last", "Tom & Jerry &c."),
    *(
        "r/pics is a forum",
        "10:30, 3:2, 16:9",
        "今日は10:30です。",
        "السعر ٩٩٫٩٩",
        "т.е. 1 299,99 руб.",
        "v2.0.1-rc.1",
        "read it. com is a word",
    ),
)
LONG = ("@a", "a@", "@!a", "a!", "%40", "&#64;", "x .com/", "0-", "a:")


def _scrubber() -> Scrubber:
    return Scrubber(Pseudonymiser(KEY).short_person)


@pytest.mark.parametrize("platform", ["x", "reddit", "bluesky", "another"])
def test_nothing_spelled_so_survives(platform: str) -> None:
    scrub = _scrubber()
    for spelled in SPELLED:
        for text in (spelled, f"draw {spelled} now", f"写真　{spelled}　の", f"({spelled})", f"\n{spelled}\n"):
            clean = scrub(text, platform, "grok")
            assert not survives(PLANT, clean), (text, clean)
            assert clean == scrub.exact(text, platform, "grok"), text
            assert clean == scrub.exact(clean, platform, "grok"), text


@pytest.mark.parametrize("text", SENTENCES)
def test_a_sentence_stays(text: str) -> None:
    assert _scrubber()(text, "x", "grok") == text


@pytest.mark.parametrize("piece", LONG)
def test_replaced_text_is_looked_through_in_linear_time(piece: str) -> None:
    """The second look reads pseudonyms in place of short handles: a text that is many times longer."""
    started = time.process_time()
    for end in ("/x", ":80/x", "/", "\\x", "@[192.0.2.1]"):
        _scrubber().exact((piece * 4000)[:4000] + end, "unknown", "grok")
    assert time.process_time() - started < 2.0
