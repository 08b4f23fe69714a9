"""Telephone numbers, and any other number of seven or more digits, as expressions over shapes (veille.scrub.shadow)."""

import re
from collections.abc import Iterator
from itertools import pairwise

LEAST_DIGITS = 7
"""Local numbers have seven digits in most plans (ITU-T E.164 bounds the longest at fifteen)."""

_ENOUGH = re.compile(r"(?:\d\D*){6}\d")
_STRETCH = re.compile(r"(?:\+|\()?\d+(?:[ .\-–/()·_*~ー]{1,4}\d+)*")
_IDENTIFIER = re.compile(
    r"(?i)(?<![0-9a-z])(?=[0-9-]*[a-f])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9a-f]{64})(?![0-9a-z])"
)
_MONTH, _DAY = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_DATES = re.compile(
    rf"(?<![\d+])(?<!\d[ .\-/])(?:(?:19|20)\d\d([-./]){_MONTH}\1{_DAY}|{_DAY}([-./]){_MONTH}\2(?:1[5-9]|20)\d\d"
    rf"|{_MONTH}/{_DAY}/(?:19|20)\d\d)(?:[ T_-]\d{{1,2}}(?:[:.h-]?\d\d){{0,2}})?(?![ .\-/]?\d)"
)
_HARMLESS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:19|20)\d\d(?:[ \-–/]{1,3}(?:19|20)\d\d)+",  # years
        r"[1-9]\d{0,2}(?:([ .])000)(?:\1\d{3})*",  # round thousands
        r"[1-9]\d{0,2}(?:[ .]000)+(?: ?[-–/] ?[1-9]\d{0,2}(?:[ .]000)+)+",  # ranges of them
        r"[1-9]\d?(?:([ .])\d{3})(?:\1\d{3})+",  # thousands
        r"\d+\.\d{1,2}(?: ?[-–/] ?\d+\.\d{1,2})*",  # prices, times with a dot
        r"\d{1,2}[-–]\d{1,2}(?: \d{1,2}[-–]\d{1,2})+",  # sets of a match
        r"\d+00(?: ?[-–] ?\d+00)+",  # round ranges
    )
)
_HAN_DIGITS = re.compile("[〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖]{7,}")


def possible(shape: str) -> bool:
    """Whether there are digits enough for a number."""
    return _ENOUGH.search(shape) is not None


def identifiers(shape: str) -> Iterator[tuple[int, int]]:
    """UUIDs and digests in hex: Veille's own names of things, not numbers."""
    for found in _IDENTIFIER.finditer(shape):
        yield found.span()


def dates(shape: str) -> Iterator[tuple[int, int]]:
    """Calendar dates that no further digits touch."""
    for found in _DATES.finditer(shape):
        yield found.span()


def numbers(shape: str) -> Iterator[tuple[int, int]]:
    """Numbers that may reach somebody: seven digits or more, however they are parted."""
    for found in _STRETCH.finditer(shape):
        text = found[0]
        groups = re.findall(r"\d+", text)
        if sum(map(len, groups)) >= LEAST_DIGITS and not _is_harmless(text, groups):
            yield found.span()


def numerals(content: str) -> Iterator[tuple[int, int]]:
    """Numbers spelled digit by digit in Han numerals."""
    for found in _HAN_DIGITS.finditer(content):
        yield found.span()


def _is_harmless(text: str, groups: list[str]) -> bool:
    if max(map(len, groups)) >= LEAST_DIGITS:
        return False
    return _counts(groups) or any(pattern.fullmatch(text) for pattern in _HARMLESS)


def _counts(groups: list[str]) -> bool:
    """Whether somebody counts up or down: 1 2 3 4 5 6 7, 10 9 8 …"""
    steps = {int(b) - int(a) for a, b in pairwise(groups)}
    return len(groups) > 3 and steps in ({1}, {-1})
