"""The tables of a release. Their sums cross nowhere but in the requests of a class, which all of them show alike."""

from collections.abc import Sequence
from dataclasses import dataclass

from veille.events import OUTCOMES


@dataclass(frozen=True, slots=True)
class ReleaseTable:
    """A tree of cells. keys: from the root down. amount: what is counted. query: `sql/research/release/<name>.sql`."""

    name: str
    title: str
    amount: str
    keys: Sequence[str]

    @property
    def query(self) -> str:
        return f"research/release/{self.name}"


TABLES = (
    ReleaseTable(
        "requests_by_day",
        "Requests by class, day and final answer",
        "requests",
        ("request_class", "made_on", "outcome"),
    ),
    ReleaseTable(
        "requests_by_language", "Requests by class and language", "requests", ("request_class", "spoken_language")
    ),
    ReleaseTable(
        "requests_by_jurisdiction", "Requests by class and jurisdiction", "requests", ("request_class", "jurisdiction")
    ),
    ReleaseTable(
        "requests_by_gender",
        "Requests by class, declared gender of the target and its source",
        "requests",
        ("request_class", "target_gender", "target_gender_source"),
    ),
    ReleaseTable(
        "outputs_by_day", "Images made, by day and how sexualised they are", "images", ("made_on", "sexualised")
    ),
)

MEANINGS = {
    "request_class": "What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself.",
    "made_on": "Day (UTC) of the mention, or of the image.",
    "outcome": f"Final answer to the request: {', '.join(OUTCOMES)} (answered, and nobody has judged how) or unanswered.",
    "spoken_language": "Primary language of the prompt (BCP 47), as declared; undeclared where not said.",
    "jurisdiction": "Country or region (ISO 3166), as declared; undeclared where not said.",
    "target_gender": "Gender of the target as declared: woman, man, nonbinary or unknown. Never inferred.",
    "target_gender_source": "Where the gender comes from: self_declared, registry, classifier, provider or undeclared.",
    "sexualised": "How sexualised the image is, as declared: none, suggestive, nudity, explicit or unknown.",
    "requests": "Mentions that ask a generator for something, oneself left out; rounded.",
    "images": "Images made in full or in part, one's own requests about oneself left out; rounded.",
    "accounts": "Distinct accounts that asked; rounded; empty for (rest). Do not add up.",
    "targets": "Distinct targets; rounded; empty for (rest). Do not add up.",
    "event_type": "mention, generation or moderation.",
    "platform": "Where it was collected.",
    "collection_id": "Which collector and query.",
    "sampling_probability": "Chance with which an event was kept; empty where not said.",
    "hours_covered": "Hours of the period with any event of this collection.",
    "hours": "Hours of the period.",
}
"""Meaning of every column of a release."""
