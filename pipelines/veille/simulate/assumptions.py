"""The world's make-up. Nothing here has a published figure unless it says so; docs/simulator.md lists all of it."""

from typing import Final, NamedTuple

import numpy as np


class Market(NamedTuple):
    """Where accounts live: jurisdiction, language they write, hours ahead of UTC, share of mentions, access cut off from."""

    jurisdiction: str
    language: str
    utc_offset: int
    share: float
    blocked_from: str | None = None


MARKETS: Final = (
    Market("US", "en", -6, 0.22),
    Market("GB", "en", 0, 0.07),
    Market("IN", "en", 5, 0.05),
    Market("CA", "en", -5, 0.03),
    Market("AU", "en", 10, 0.02),
    Market("PH", "en", 8, 0.03, "2026-01-15T12:00"),
    Market("MY", "en", 8, 0.02, "2026-01-11T06:00"),
    Market("JP", "ja", 9, 0.12),
    Market("BR", "pt", -3, 0.10),
    Market("MX", "es", -6, 0.05),
    Market("ES", "es", 1, 0.04),
    Market("AR", "es", -3, 0.02),
    Market("ID", "id", 7, 0.05, "2026-01-10T06:00"),
    Market("IN", "hi", 5, 0.03),
    Market("FR", "fr", 1, 0.04),
    Market("TR", "tr", 3, 0.03),
    Market("SA", "ar", 3, 0.03),
    Market("EG", "ar", 2, 0.02),
    Market("DE", "de", 1, 0.03),
)
LANGUAGES: Final = tuple(dict.fromkeys(market.language for market in MARKETS))
BLOCKED_STAYS: Final = 0.25  # of the mentions from a country that blocked the generator (other networks, VPN)

CLASSES: Final = ("sexualising", "other_edit", "question", "other")
SEXUALISING, OTHER_EDIT, QUESTION, OTHER = range(4)

# Request families (figures.md names them, no shares): swimwear, escalation of an earlier edit, removal, liquid,
# pose, body shape, work clothes, distress.
FAMILIES: Final = ("swimwear", "further", "without", "glossy", "pose", "shape", "work_clothes", "upset")
FAMILY_SHARES: Final = (0.52, 0.08, 0.11, 0.05, 0.09, 0.06, 0.06, 0.03)
FURTHER: Final = 1

# Women among the targets, so that 0.41 x 0.93 + 0.59 x 0.73 = 0.81 of persons in images (AI Forensics: 81 %).
WOMEN_BY_CLASS: Final = (0.93, 0.73, 0.62, 0.62)
NONBINARY_SHARE: Final = 0.01
GENDER_SOURCES: Final = (("self_declared", 0.35), ("classifier", 0.27), ("provider", 0.14), ("unknown", 0.24))
BASIS: Final = (("post_author", 0.74), ("tagged", 0.12), ("depicted", 0.09), ("unknown", 0.05))
NO_TARGET: Final = (0.03, 0.06, 0.10, 0.25)  # by class: nobody's post is meant
SELF_REQUESTS: Final = (0.012, 0.05, 0.0, 0.0)  # by class: about the account's own picture

ACCOUNT_SPREAD: Final = 1.25  # sigma of the log-normal activity of accounts
TARGET_EXPONENT: Final = 0.75  # Zipf exponent of the attention that targets get
MENTIONS_PER_ACCOUNT: Final = 5
MENTIONS_PER_TARGET: Final = 8
PAYING_ACCOUNTS: Final = 0.05

THREAD_ALONE: Final = 0.75  # threads with a single mention; the others have 2 + geometric, at most 10
THREAD_TAIL: Final = 0.45
THREAD_CAP: Final = 10
THREAD_LAG_MINUTES: Final = 25.0
SAME_IN_THREAD: Final = 0.7  # a later mention of a thread shares the first one's class and market
HOURLY_NOISE: Final = 0.08  # sigma of the log-normal noise of an hour
WEEKDAYS: Final = (0.97, 0.96, 0.97, 0.98, 1.02, 1.06, 1.04)  # Monday first

ANSWER_SECONDS: Final = (22.0, 0.7)  # median and log-sigma, as below
COLLECT_SECONDS: Final = (6.0, 0.8)
COLLECTED_LATE: Final = 0.012  # of events; a backfill finds them one to nine hours later
ERRORS_RETRIED: Final = 0.5
HASHED_PICTURES: Final = 0.7  # of edit requests: the collector keeps the source picture's PDQ hash
WITH_HANDLE: Final = 0.03
WITH_LINK: Final = 0.01
FLAG_SHOWN: Final = 0.6  # of mentions: the provider says whether a minor is suspected

# `sexualised` by what was asked for: suggestive, nudity, explicit, none. Broad share (CCDH: 65 % of images) =
# 0.41 + 0.59 x 0.41; strict (NYT: 41 %) = images that answer sexualising requests.
SEXUALISED: Final = ("none", "suggestive", "nudity", "explicit")
SEXUALISED_OF_REQUESTED: Final = (0.0, 0.68, 0.28, 0.04)
SEXUALISED_OF_EDITS: Final = (0.59, 0.41, 0.0, 0.0)
SEXUALISED_UNLINKED: Final = (0.52, 0.36, 0.10, 0.02)
UNLINKED_ANSWERS: Final = (0.78, 0.04, 0.14, 0.04)
VIDEO_SHARE: Final = 0.07
VIEWS_KNOWN: Final = 0.3


def hour_profile(local_hour: np.ndarray) -> np.ndarray:
    """Activity by local hour (mean 1): lowest about 4, highest about 21; assumed, after the daily rhythm of social media."""
    phase = 2 * np.pi * (local_hour - 20.5) / 24
    shape = np.exp(0.85 * np.cos(phase) + 0.2 * np.cos(2 * phase))
    hours = 2 * np.pi * (np.arange(24) - 20.5) / 24
    return np.asarray(shape / np.mean(np.exp(0.85 * np.cos(hours) + 0.2 * np.cos(2 * hours))))
