"""What people write: handles, numbers, addresses and links in every spelling, at every place, beside every script."""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: handles that its document allows, and how a text names them."""

    document: str
    handles: tuple[str, ...]
    written: tuple[str, ...] = ("@{}",)


PLATFORMS: Mapping[str, Platform] = {
    "x": Platform(
        "https://help.x.com/en/managing-your-account/x-username-rules", ("zq_plant7", "ZQPLANT", "a1zqplant_")
    ),
    "bluesky": Platform(
        "https://atproto.com/specs/handle",
        ("zqplant.bsky.social", "zq-plant.example.com"),
        ("@{}", "{}", "at://{}/post"),
    ),
    "mastodon": Platform(
        "https://docs.joinmastodon.org/spec/webfinger/", ("zqplant@inst.example", "zq_plant@a.b.social"), ("@{}", "{}")
    ),
    "instagram": Platform("https://help.instagram.com/182492381886913", ("zq.plant_7", "zq.plant.z")),
    "threads": Platform("https://help.instagram.com/182492381886913", ("zq.plant_7",), ("@{}", "@{}@threads.net")),
    "reddit": Platform(
        "https://support.reddithelp.com/hc/en-us/articles/360060422572",
        ("zq-plant_7",),
        ("u/{}", "/u/{}", "@{}", "U/{}"),
    ),
    "telegram": Platform("https://core.telegram.org/method/account.checkUsername", ("zq_plant",), ("@{}", "t.me/{}")),
    "tiktok": Platform(
        "https://support.tiktok.com/en/getting-started/setting-up-your-profile/changing-your-username", ("zq.plant7",)
    ),
    "youtube": Platform(
        "https://support.google.com/youtube/answer/11585688", ("zq-plant.7", "zq·plant", "žqplañt", "зкуплант")
    ),
    "facebook": Platform(
        "https://www.facebook.com/help/105399436216001", ("zq.plant.77",), ("@{}", "fb.com/{}", "@[1000123:2048:{}]")
    ),
    "truthsocial": Platform("https://docs.joinmastodon.org/spec/webfinger/", ("zqplant7",)),
    "discord": Platform(
        "https://support.discord.com/hc/en-us/articles/12620128861463", ("zq.plant_7",), ("@{}", "{}#1234")
    ),
    "snapchat": Platform("https://help.snapchat.com/hc/en-us/articles/7012306424084", ("zq-plant.7",)),
    "vk": Platform("https://dev.vk.com/en/method/utils.resolveScreenName", ("zq.plant7",)),
    "weibo": Platform("https://open.weibo.com/wiki/2/users/show", ("测试名字甲", "zq-plant")),
    "somewhere new": Platform("every grammar taken together", ("zq.plant-7", "žqplañt", "テスト名")),
}


def _wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _bold(text: str) -> str:
    return "".join(chr(0x1D41A + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text)


def _circled(text: str) -> str:
    return "".join(chr(0x24D0 + ord(c) - ord("a")) if "a" <= c <= "z" else c for c in text)


def _with(character: str) -> Callable[[str], str]:
    """The character after the first, and between the third and fourth."""
    return lambda text: text[:1] + character + text[1:3] + character + text[3:]


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "plain": str,
    "upper": str.upper,
    "nfd": lambda text: unicodedata.normalize("NFD", text),
    "full width": _wide,
    "full width at": lambda text: text.replace("@", "＠").replace("/", "／"),
    "small at": lambda text: text.replace("@", "﹫"),
    "bold": _bold,
    "circled": _circled,
    "zero width space": _with("\u200b"),
    "joiner": _with("\u200d"),
    "non-joiner": _with("\u200c"),
    "word joiner": _with("\u2060"),
    "byte order mark": _with("\ufeff"),
    "soft hyphen": _with("\xad"),
    "right-to-left": lambda text: "\u202e" + _with("\u200f")(text) + "\u202c",
    "isolates": lambda text: "\u2068" + text + "\u2069",
    "variation selector": _with("\ufe0f"),
    "grapheme joiner": _with("\u034f"),
    "tag": _with("\U000e0061"),
    "supplementary selector": _with("\U000e0101"),
    "hangul filler": _with("\u3164"),
    "doubled": lambda text: text.replace("@", "@@", 1),
    "mark on the at": lambda text: text.replace("@", "@\u0301", 1),
}

POSITIONS: Mapping[str, str] = {
    "alone": "{}",
    "spaces": "please ask {} about it",
    "start": "{} please",
    "dot before": ".{} hello",
    "stop before": "Look.{} there",
    "comma after": "with {}, and more",
    "stop after": "by {}.",
    "possessive": "in {}'s photo",
    "brackets": "({})",
    "quotes": "“{}”",
    "angle": "<{}>",
    "markdown": "**{}** and _more_",
    "line break": "one\n{}\ntwo",
    "colon": "credit:{}",
    "dash": "credit—{}—here",
    "emoji": "😀{}😀",
    "family emoji": "👩‍👩‍👧{} 👩🏽‍💻",
    "japanese before": "写真を{} に",
    "japanese after": "{}さんの服を変えて",
    "japanese around": "これは「{}」です。次",
    "japanese glued": "これは{}の写真",
    "chinese glued": "请问{}的照片",
    "thai glued": "ขอรูปของ{} หน่อย",
    "lao before": "ຮູບຂອງ{} ",
    "khmer before": "រូបភាព{} ",
    "burmese before": "ဓာတ်ပုံ{} ",
    "korean after": "{}씨 사진",
    "korean before": "사진{} ",
    "arabic": "صورة {} من فضلك",
    "arabic glued": "و{} هنا",
    "hebrew": "תמונה של {} בבקשה",
    "hindi": "{} की फोटो",
    "russian": "фото {} пожалуйста",
    "greek": "η φωτογραφία του {} εδώ",
    "turkish": "{}'in fotoğrafı",
    "retweet": "RT {}: look",
    "glued retweet": "RT{} look",
    "ideographic space": "写真　{}　です",
    "no-break space": "photo\u00a0{}\u00a0please",
    "two": "{} {}",
    "comma list": "{},{},{}",
}
"""Where a plant stands, as a format with one or more places."""

NUMBERS = (
    "+1 555 010 0199", "+15550100199", "(555) 010-0199", "555-010-0199", "555.010.0199", "555 0199 100", "00 44 20 7946 0958",
    "+44 (0)20 7946 0958", "020 7946 0958", "06 12 34 56 78", "06.12.34.56.78", "0612345678", "03-1234-5678", "090-1234-5678",
    "+81-90-1234-5678", "0171/1234567", "030 1234567", "+49 (30) 123456-78", "+7 (495) 123-45-67", "8 800 555 35 35", "13800138000",
    "138-0013-8000", "+91 98765 43210", "098765-43210", "1234 5678", "555-0199", "5550199", "1-800-555-0199", "+55 (11) 91234-5678",
    "612 345 678", "0 5 5 5 1 2 3 4", "555·010·0199", "555_010_0199", "5550100199", "123456789012345678",
)  # fmt: skip
DIGIT_SCRIPTS = (
    "0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "๐๑๒๓๔๕๖๗๘๙", "০১২৩৪৫৬৭৮৯", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "⓪①②③④⑤⑥⑦⑧⑨", "⁰¹²³⁴⁵⁶⁷⁸⁹", "၀၁၂၃၄၅၆၇၈၉", "᠐᠑᠒᠓᠔᠕᠖᠗᠘᠙",
)  # fmt: skip

ADDRESSES = (
    "zqplant@mail.example", "zq.plant+tag@mail.example.org", "ZQPLANT@MAIL.EXAMPLE", "zqplant@例え.テスト", "žqplañt@müller.example",
    "用户甲@例子.广告", "zqplant＠mail.example", "ｚｑｐｌａｎｔ＠ｍａｉｌ．ｅｘａｍｐｌｅ", "zqplant@mail．example", "mailto:zqplant@mail.example",
    "zqplant [at] mail [dot] example", "zqplant(at)mail(dot)example", "zqplant at mail dot com", "zq\u200bplant@mail.example",
    "zqplant@localhost", '"zq plant"@mail.example', "zqplant@xn--mller-kva.example", "<zqplant@mail.example>", "zqplant@mail。example",
    "zqplant @ mail.com", "o'zqplant@mail.example",
)  # fmt: skip

LINKS = (
    "https://x.com/zqplant", "http://x.com/zqplant", "HTTPS://X.COM/ZQPLANT", "hxxps://x.com/zqplant", "hxxp://x[.]com/zqplant",
    "https[:]//x[.]com/zqplant", "https://x(.)com/zqplant", "//x.com/zqplant", "x.com/zqplant", "x.com\\zqplant", "www.zqplant.com",
    "zqplant.com/about", "host:8080/zqplant", "localhost:3000/u/zqplant", "ftp://host/zqplant", "at://did:plc:zqplant/post",
    "did:plc:zqplant", "tg://resolve?domain=zqplant", "intent://zqplant", "https:/x.com/zqplant", "https:x.com/zqplant",
    "https://ｘ．ｃｏｍ／zqplant", "x．com／zqplant", "x.com⁄zqplant", "x。com/zqplant", "https://例え.テスト/zqplant",
    "https://x.com/写真/zqplant", "x.com?user=zqplant", "x.com#zqplant", "192.168.0.1/zqplant", "192.168.0.1:81/zqplant",
    "[2001:db8::1]/zqplant", "https://user:pw@x.com/zqplant", "x.co\u200bm/zqplant", "ht\u00adtps://x.com/zqplant", "t.me/zqplant",
    "zqplant.github.io", "zqplant.example", "https://x.com/@zqplant", "x.com/@zqplant", "acct:zqplant@inst.example",
    "xmpp:zqplant@host.example", "zqplant.tumblr.com", "https://x.com//zqplant", "x.com:443/zqplant", "x.com / zqplant",
)  # fmt: skip

NEUTRAL: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Change the outfit to swimwear, please.",
        "It was 2:1 at half time, 18:30 local time.",
        "The price rose from 1,000,000 to 1.5 million.",
        "In 2019-2020 and again in 2026 it rained.",
        "Use #nofilter and #summer2026 for this.",
        "That is 24/7 support, w/o extras, and/or more.",
        "Version 3.11.7 came out on 2026-01-05 at 10:00.",
        "He said: no. She said: yes!",
        "e.g. this, i.e. that, etc.",
        "Make it 1920x1080 px at 60%.",
        "Meet at 5 pm @ the corner",
        "We won 3-2, 6-4 6-3.",
        "C++ and C# are fine; so is A/B testing.",
        "It costs $12.50 or €9.99.",
        "The U.S. and the U.K. agree.",
        "ok... so what?!",
        "from 10 to 20 people, 1st and 2nd",
        "Chapter 4.2, page 133",
        "call me maybe",
        "5/5 stars",
        "Dr. Who vs. Mr. X",
        "I am 18+ and 1.75 m tall",
        "12.05.2026 or 5/12/2026",
        "1 2 3 4 5 6 7 8 9 10",
        "10 000 000 people",
        "in 1.234.567 cases",
    ),
    "ja": (
        "服を水着に変えて。背景は海。",
        "これは本当ですか？",
        "2026年1月5日、10時30分に。",
        "１０人中３人が賛成",
        "水着・海・夏",
    ),
    "zh": ("把衣服换成泳装，谢谢。", "今天是2026年1月5日。", "比分2:1，很好。", "一二三，开始"),
    "th": ("เปลี่ยนชุดเป็นชุดว่ายน้ำ", "ราคา 1,200 บาท", "วันที่ 5/1/2026"),
    "ar": ("غيّر الملابس إلى ملابس سباحة", "السعر ١٢٠ ريال", "الساعة ١٠:٣٠"),
    "hi": ("कपड़े बदलकर स्विमवियर कर दो", "कीमत ₹१,२०० है"),
    "ru": ("измени одежду на купальник", "в 2019–2020 гг. цена выросла на 12,5 %", "т.е. так и т.д."),
    "de": (
        "Ändere die Kleidung, z.B. zu Badekleidung.",
        "Am 05.01.2026 um 18.30 Uhr, d.h. bald.",
        "Es kostet 1.200,50 € bzw. mehr.",
    ),
    "fr": ("Remplace la tenue par un maillot.", "Il est 18h30, c'est-à-dire tard.", "10 000 000 de vues, 12,5 %"),
    "tr": ("kıyafeti mayo yap", "saat 10.30'da, 5-10 kişi"),
    "ko": ("옷을 수영복으로 바꿔 줘.", "2026년 1월 5일 10:30"),
    "he": ("שנה את הבגדים לבגד ים", "ב-5.1.2026 בשעה 10:30"),
}


def written_handles() -> Iterator[tuple[str, str, str]]:
    """(platform, handle, how a text names it) in plain spelling."""
    for name, platform in PLATFORMS.items():
        for handle in platform.handles:
            for form in platform.written:
                yield name, handle, form.format(handle)


def spelled(text: str) -> Iterator[tuple[str, str]]:
    """(name of the spelling, the text in it)."""
    for name, spell in SPELLINGS.items():
        yield name, spell(text)


def placed(text: str) -> Iterator[tuple[str, str]]:
    """(name of the position, a sentence with the text at it)."""
    for name, sentence in POSITIONS.items():
        yield name, sentence.replace("{}", text)
