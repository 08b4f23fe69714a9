"""Names that people read: of values of the contract, of languages, of numbers and times."""

from datetime import datetime, timedelta

REQUEST_CLASSES = {
    "sexualising": "Sexualising",
    "other_edit": "Other edit",
    "question": "Question",
    "other": "Other",
    "unknown": "Not stated",
}
OUTCOMES = {
    "fulfilled": "Fulfilled",
    "partial": "Partial",
    "refused": "Refused",
    "error": "Error",
    "unanswered": "Unanswered",
}
FEED = {"accepted": "New events", "duplicates": "Repeated", "dead_letters": "Dead letters"}
LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "de": "German", "en": "English", "es": "Spanish", "fa": "Persian", "fr": "French", "he": "Hebrew",
    "hi": "Hindi", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "ms": "Malay", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "ta": "Tamil", "th": "Thai", "tl": "Tagalog", "tr": "Turkish", "uk": "Ukrainian",
    "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese", "other": "All others", "und": "Undetermined",
}  # fmt: skip
STEPS = {60: "minute", 600: "10 minutes", 3600: "hour", 86_400: "day"}


def requests_of(request_class: str | None) -> str:
    """What is counted, in the middle of a sentence: `sexualising requests`."""
    if request_class is None:
        return "requests of every class"
    return "requests of no stated class" if request_class == "unknown" else f"{_plain(request_class)} requests"


def of_class(request_class: str | None) -> str:
    """The class alone, short: `every class`, `sexualising requests`."""
    return "every class" if request_class is None else requests_of(request_class)


def _plain(request_class: str) -> str:
    return REQUEST_CLASSES[request_class].lower()


def capital(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def number(value: float) -> str:
    """12345 → `12,345`."""
    return f"{value:,.0f}"


def percent(share: float | None, digits: int = 1) -> str:
    """0.1234 → `12.3 %`; a dash where there is nothing to divide by."""
    return "–" if share is None else f"{100 * share:.{digits}f} %"


def size(byte_count: int) -> str:
    """Bytes in the unit a person would choose: `1.2 MB`."""
    amount, unit = float(byte_count), "B"
    for larger in ("kB", "MB", "GB", "TB"):
        if amount < 1000:
            break
        amount, unit = amount / 1000, larger
    return f"{amount:.0f} {unit}" if unit == "B" or amount >= 100 else f"{amount:.1f} {unit}"


def moment(at: datetime | None) -> str:
    """A UTC time to the second."""
    return "not known yet" if at is None else f"{at:%d %b %Y, %H:%M:%S} UTC"


def minute(at: datetime) -> str:
    """A UTC time to the minute, without the zone."""
    return f"{at:%d %b %Y, %H:%M}"


def ago(span: timedelta) -> str:
    """How long ago, in the largest unit that fits: `2 s`, `14 min`, `3 h`, `12 days`."""
    seconds = max(0.0, span.total_seconds())
    for limit, length, unit in ((120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86_400:.0f} days"
