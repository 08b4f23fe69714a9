"""Refusing imagery at the border: media bytes, data URIs, and links whose path ends in a media extension.

Every check is linear in the message, because a sender chooses its text.
"""

import re
from collections.abc import Iterator
from typing import Any

import msgspec

LONG_MESSAGE = 1024
"""Bytes; a longer one may hold encoded media."""
_LOOK_BACK = 2048
_EXTENSIONS = (
    "jpe?g|jfif|png|apng|gif|webp|avif|heic|heif|bmp|tiff?|svg|ico|mp4|m4v|mov|webm|mkv|avi|m3u8|mpe?g|3gp|ogv|flv|wmv"
)
_EXTENSION = re.compile(rf"(?i)\.(?:{_EXTENSIONS})(?![\w-])")
_RAW_EXTENSION = re.compile(_EXTENSION.pattern.encode())
_TOKEN_END = re.compile(r"[\s\"'<>()\[\]{}|,]")
_DATA_URI = re.compile(r"(?i)data:\s*(?:image|video|audio|application)/|data:[^\s,\"]{0,128};\s*base64\s*,")
_DATA = r"[^\s\"'<>()\[\]{}|]*(?:\s+[A-Za-z0-9+/_=-]{32,})*"
_WHOLE_DATA_URI = re.compile(f"(?:{_DATA_URI.pattern}){_DATA}".replace("(?i)", ""), re.IGNORECASE)
_WHOLE_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{512,}={0,2}")
_PARTS = re.compile(rf"({_TOKEN_END.pattern}+)")
LINK = "[link]"
"""What stands in free text in place of a link."""
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_-]{512}")
_MAGIC = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"\x1aE\xdf\xa3", b"BM", b"II*\0", b"MM\0*")
_decode_any = msgspec.json.Decoder().decode


def worth_a_look(raw: bytes) -> bool:
    """Cheap first sieve: False means that the message surely holds no media link, no data URI and no long text."""
    if len(raw) > LONG_MESSAGE or b"\\" in raw or b";base64," in raw:
        return True
    return b"/" in raw and (_RAW_EXTENSION.search(raw) is not None or b"data:" in raw.lower())


def holds_media(raw: bytes) -> bool:
    """Whether any text of the message (known field or not) is media, or the message itself is a media file."""
    try:
        texts = _texts(_decode_any(raw))
    except (ValueError, RecursionError):
        texts = iter((raw.decode("utf-8", "replace").replace("\\/", "/"),))
        if raw.startswith(_MAGIC) or raw[4:8] == b"ftyp":
            return True
    return any(_is_media(text) for text in texts)


def may_hold_media(raw: bytes) -> bool:
    """Like `holds_media`, and looks at the message as it stands too: a value that a repeated key replaces is in no text."""
    return holds_media(raw) or _is_media(raw.decode("utf-8", "replace").replace("\\/", "/"))


def without_media(text: str) -> str:
    """Free text with LINK in place of data URIs, encoded media and links to media files."""
    if ":" in text:
        text = _WHOLE_DATA_URI.sub(LINK, text)
    if len(text) >= 512:
        text = _WHOLE_BASE64_RUN.sub(LINK, text)
    if "/" not in text or _EXTENSION.search(text) is None:
        return text
    return "".join(LINK if _is_media(part) else part for part in _PARTS.split(text))


def _texts(value: Any) -> Iterator[str]:
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list):
            pending.extend(item)


def _is_media(text: str) -> bool:
    if ":" in text and _DATA_URI.search(text):
        return True
    if len(text) >= 512 and _BASE64_RUN.search(text):
        return True
    return "/" in text and any(_in_link_path(text, found.start()) for found in _EXTENSION.finditer(text))


def _in_link_path(text: str, end: int) -> bool:
    token = _TOKEN_END.split(text[max(0, end - _LOOK_BACK) : end])[-1]
    return "/" in token and "?" not in token and "#" not in token
