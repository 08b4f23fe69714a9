"""What a cell means: words for missing, ids that kept their digits, text."""

import math
import re
from typing import Any

MISSING = frozenset({"", "nan", "none", "null", "n/a", "<na>", "nat", "\\n", "undefined", "#n/a", "nil"})
"""Lower-case words that mean that there is no value, as pandas, R, SQL, Excel and JavaScript write it."""
LONGER_THAN_MISSING = 12
"""A text of this length is none of the words for missing, unless it begins or ends with blanks."""
NOBODY = MISSING | {"[deleted]", "[removed]", "-"}
"""Words that are no id, in lower case."""
R_MISSING = "NA"
"""As R writes it, in capitals only: `na` is somebody's handle."""
MOST_EXACT = 2**53
"""Whole numbers beyond it do not survive as floating-point numbers."""
_MOST_DIGITS = len(str(MOST_EXACT))
LOST = object()
"""An id that has lost its digits: it names somebody else, or many people at once."""

_EXPONENT = re.compile(r"\d+(?:[.,]\d+)?[eE]\+\d+")  # with its sign: 69e420 is somebody's handle
_FLOAT = re.compile(r"(\d+)[.]0*")


def text_of(value: Any) -> str | None:
    """A value as text; None where it is missing."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else str(value)
    bare = text.strip()
    return None if len(bare) <= 9 and bare.lower() in MISSING else bare


def id_of(value: Any) -> Any:  # noqa: PLR0911  one line a kind of value
    """An id as text, None where missing, LOST where its digits were rounded away.

    1.99E+18 is such an id, and so is any floating-point number of 2**53 or more. 42.0 is 42. A list or an object is no
    id and comes back as it is: the contract says so of the message.
    """
    if isinstance(value, str):
        text = value.strip()
        if not text or (len(text) <= 9 and (text.lower() in NOBODY or text == R_MISSING)):
            return None
        if text[0].isdigit() and not text.isdigit():
            return _number_like(text)
        return text
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return str(int(value)) if value.is_integer() and abs(value) < MOST_EXACT else LOST
    return value if isinstance(value, list | dict) else str(value)


def _number_like(text: str) -> Any:
    if _EXPONENT.fullmatch(text):
        return LOST
    whole = _FLOAT.fullmatch(text)
    if whole is None:
        return text
    digits = whole[1].lstrip("0")
    return whole[1] if len(digits) <= _MOST_DIGITS and int(digits or "0") < MOST_EXACT else LOST


def flag_of(value: Any) -> bool | None:
    """A yes or no as exports write it; None where missing or another word."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if value is not None else ""
    if word in {"true", "yes", "1", "t", "y", "1.0", "oui", "ja"}:
        return True
    return False if word in {"false", "no", "0", "f", "n", "0.0", "non", "nein"} else None


def count_of(value: Any) -> int | None:
    """A whole number that is not negative; None for anything else."""
    try:
        number = int(float(value)) if not isinstance(value, int) else value
    except (TypeError, ValueError, OverflowError):
        return None
    return number if 0 <= number < 2**63 else None
