"""One time as people and platforms write it, read without a guess."""

import re
from datetime import UTC, datetime, timedelta, timezone

TIMES = "2026-01-31T13:05:00Z, 2026-01-31 13:05:00 (then UTC) or Unix seconds"
"""What messages recommend."""
YEARS = (1900, 2200)
"""What lies outside is a number in another unit or a slip, and no detector ends on it."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
            "sep sept september", "oct october", "nov november", "dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+"
_CLOCK = (
    r"(?P<h>\d{1,2}):(?P<mi>\d\d)(?::(?P<s>\d\d)(?:[.,](?P<f>\d{1,9}))?)?"
    r"\s*(?P<ap>[ap]\.?m\.?)?\s*(?P<z>z|utc|gmt|[+-]\d\d:?\d\d|[+-]\d\d)?"
)
_SEP = r"(?:[T\s,·]+(?:at\s+)?)"
_FORMS = [
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?P<y>\d{{4}})[-/.](?P<m>\d{{1,2}})[-/.](?P<d>\d{{1,2}})(?:{_SEP}{_CLOCK})?",
        rf"(?:{_DAY})?(?P<mon>[a-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}})\s+{_CLOCK}\s+(?P<y>\d{{4}})",
        rf"(?:{_DAY})?(?P<d>\d{{1,2}})[\s-](?P<mon>[a-z]{{3,9}})\.?,?[\s-](?P<y>\d{{4}})(?:{_SEP}{_CLOCK})?",
        rf"(?:{_DAY})?(?P<mon>[a-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})(?:{_SEP}{_CLOCK})?",
        rf"(?:{_DAY})?{_CLOCK}{_SEP}(?P<mon>[a-z]{{3,9}})\.?\s+(?P<d>\d{{1,2}}),?\s+(?P<y>\d{{4}})",
        r"(?P<y>\d{4})(?P<m>\d\d)(?P<d>\d\d)T(?P<h>\d\d)(?P<mi>\d\d)(?P<s>\d\d)(?P<f>)(?P<ap>)(?P<z>z)?",
    )
]
_NUMERIC = re.compile(
    rf"(?:{_DAY})?(?P<a>\d{{1,2}})(?P<mark>[/.-])(?P<b>\d{{1,2}})(?P=mark)(?P<y>\d{{4}}|\d\d)(?:{_SEP}{_CLOCK})?", re.I
)
_LEADING = re.compile(r"\s*(\d{1,2})([/.-])(\d{1,2})\2(?:\d{4}|\d\d)(?!\d)")


def order_of(text: str) -> str | None:
    """What a numeric date shows about its order: `day`, `month`, `either`; None where it is no such date.

    Dates with dots are written day first wherever they are used.
    """
    found = _LEADING.match(text)
    if found is None:
        return None
    first, mark, second = int(found[1]), found[2], int(found[3])
    if mark == "." or (first > 12 >= second):
        return "day"
    if second > 12 >= first:
        return "month"
    return "either" if first != second else None


def moment(text: str, *, day_first: bool | None = None) -> datetime | None:
    """A time in UTC, None where the text is none. Without a zone it is UTC.

    day_first: the order of dates such as 03/01/2026, which are not read while it is None.
    """
    bare = text.strip()
    try:
        if bare[4:5] == "-" and len(bare) >= 10:
            return _in_utc(datetime.fromisoformat(bare.replace(" UTC", "Z")))
    except ValueError:
        pass
    for form in _FORMS:
        if found := form.fullmatch(bare):
            parts = found.groupdict()
            named = _MONTHS.get(parts["mon"].lower()) if parts.get("mon") else int(parts["m"])
            return _built(parts, named, int(parts["d"]), int(parts["y"]))
    if (found := _NUMERIC.fullmatch(bare)) and (first := _order(found, day_first)) is not None:
        day, month = (found["a"], found["b"]) if first else (found["b"], found["a"])
        year = int(found["y"])
        return _built(found.groupdict(), int(month), int(day), year + 2000 if year < 100 else year)
    return None


def _order(found: re.Match[str], day_first: bool | None) -> bool | None:
    if found["mark"] == ".":
        return True
    return True if day_first is None and found["a"] == found["b"] else day_first


def _built(parts: dict[str, str | None], month: int | None, day: int, year: int) -> datetime | None:
    hour, afternoon = int(parts.get("h") or 0), (parts.get("ap") or "").lower()[:1]
    if afternoon:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if afternoon == "p" else 0)
    micro = int((parts.get("f") or "0").ljust(6, "0")[:6])
    try:
        at = datetime(year, month or 0, day, hour, int(parts.get("mi") or 0), int(parts.get("s") or 0), micro)
        return _in_utc(at.replace(tzinfo=_zone(parts.get("z"))))
    except (ValueError, OverflowError):
        return None


def _zone(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _in_utc(at: datetime) -> datetime | None:
    try:
        utc = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError:
        return None
    return utc if YEARS[0] <= utc.year < YEARS[1] else None


def names_zone(text: str) -> bool:
    """Whether a written time says its zone."""
    bare = text.strip()
    return bool(
        re.search(
            r"(?i)(?:z|utc|gmt|[+-]\d\d:?\d\d|:\d\d(?:\.\d+)?[+-]\d\d)$|\d [+-]\d{4} \d{4}$|(?:utc|gmt) \d{4}$", bare
        )
    )


def rfc3339(at: datetime) -> str:
    """A time in UTC as the contract writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if at.microsecond else at.strftime("%Y-%m-%dT%H:%M:%SZ")
