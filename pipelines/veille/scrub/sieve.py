"""The quick test: most texts surely hold nothing to replace, and a look at their characters says so."""

import re

_DIGIT = r"\d²³¹⁰⁴-⁹₀-₉①-⑨⑴-⑼⒈-⒐⓪⓵-⓽⓿❶-❾➀-➈➊-➒🄀-🄊🄋🄌፩-፱𐩀-𐩃𐹠-𐹨𑁒-𑁚᧚"
_SIGN = r"/\\＠﹫／＼﹨⁄∕⧸⟋⧵∖⟍℀℁℅℆¼-¾⅐-⅟↉⑩-⑳㉈-㉏㉑-㉟㊱-㊿㋀-㋋\u3358-\u33ff⑽-⒇⒑-⒛㏂㏘"
"""Characters that are, or hold, an at, a slash or several digits."""
_DOT = "․﹒．‥…⒈-⒛🄀︙︰｡。"
_COLON = ":∶꞉ː﹕：︓⩴\U00010781"
_HAN = "〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖"
_ANY = re.compile(rf"[.@{_SIGN}{_DOT}{_COLON}{_HAN}{_DIGIT}#＃﹟\[({{<&＆﹠]")
_WORTH_A_LOOK = re.compile(
    rf"[{_SIGN}]|[.{_DOT}](?=[^\s\u3000-\u30ff\u4e00-\u9fff])|[.․﹒．‥…︰](?=\S)"
    r"|\[(?=[\d:A-Fa-f])|[\[({<]\s?(?:@|\.|:|(?i:at|dot|slash))"
    rf"|[%％﹪](?=[{_DIGIT}])|[&＆﹠](?=[#＃﹟a-z])"
    rf"|(?<=[a-zA-Z])[{_COLON}](?=\S)"
    rf"|[{_HAN}]{{7}}"
    rf"|[#＃﹟][^\s]*[{_DIGIT}]"
    rf"|(?:[{_DIGIT}][^{_DIGIT}]*){{6}}[{_DIGIT}]"
)
_SPELLED = re.compile(r"(?i)\bdot\b")


def surely_clean(text: str, generator: str | None) -> bool:
    """Whether nothing in the text can need replacing. The generator's own handle alone is nothing."""
    at = text.find("@")
    if at >= 0 and not _is_only_generator(text, at, generator):
        return False
    if _ANY.search(text, at + 1) is None and (at <= 0 or _ANY.search(text, 0, at) is None):
        return "dot" not in text.lower() or _SPELLED.search(text) is None
    return _WORTH_A_LOOK.search(text) is None and _SPELLED.search(text) is None


def _is_only_generator(text: str, at: int, generator: str | None) -> bool:
    if not generator or text.find("@", at + 1) >= 0:
        return False
    end = at + 1 + len(generator)
    if text[at + 1 : end].lower() != generator.lower():
        return False
    return (at == 0 or text[at - 1] == " ") and (end == len(text) or text[end] == " ")
