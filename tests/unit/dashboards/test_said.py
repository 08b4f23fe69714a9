"""Sentences that the service wrote, said again in the page's language."""

from datetime import datetime
from string import Formatter

import pytest

from dashboards.said import said
from dashboards.texts import catalogue, speaking
from veille.config import Blindness
from veille.incidents.faults import FAULTS, faults
from veille.incidents.health import DetectorHealth, Health

BROKEN = Health(
    at=datetime(2026, 1, 10), feed_silent_seconds=7200, lag_messages=90_000, lag_growing_seconds=7200, dead_letter_share=0.25,
    recent_messages=10_000, catalogue_age_seconds=7200, detectors={"surges": DetectorHealth(7200, 3), "clusters": DetectorHealth(7200)},
    disk_free_bytes=1 << 20, clock_skew_seconds=4000, channels_failing=("mail",), loops_failing=("publish",), mentions_left_out=1234,
    loops_stalled=("watch",), ingest_blocked="full", source_fault="down", neighbours=("3f9a12bc",), old_unread=("veille.mentions",),
)  # fmt: skip


def test_every_fault_is_said_in_french() -> None:
    found = faults(BROKEN, Blindness())
    assert {fault.rule for fault in found} == {each.rule for each in FAULTS}
    with speaking("fr"):
        assert [fault.why for fault in found if said(fault.why) == fault.why] == []
        assert said("90000 messages behind, growing for 120 minutes") == (
            "90\u202f000 messages de retard, en augmentation depuis 120 minutes"
        )


SAMPLES = ("12", "7", "34")


@pytest.mark.parametrize("key", sorted(catalogue("en")["said"]))
def test_each_sentence_is_said_by_its_own_text_with_its_values(key: str) -> None:
    """No sentence is taken for another one, and no value is lost."""
    english, french = (str(catalogue(language)["said"][key]) for language in ("en", "fr"))
    fields = dict.fromkeys(name for _, name, _, _ in Formatter().parse(english) if name)
    values = dict(zip(fields, SAMPLES, strict=False))
    with speaking("fr"):
        assert said(english.format(**values)) == french.format(**values)


@pytest.mark.parametrize(("text", "french"), [
    ("critical before", "auparavant : Critique"),
    ("the service refused: I-1A2B3C4D is resolved: it cannot be acknowledged now",
     "I-1A2B3C4D : l'action « prendre en charge » n'est pas possible dans l'état « Résolu »"),
    ("one account asked 12 times about one target, 3 fulfilled; it mentioned 0 others",
     "un compte a fait 12 demandes sur une même cible, dont 3 exécutées ; autres cibles mentionnées : 0"),
    ("it was me, before and after", "it was me, before and after"),
    ("", ""),
])  # fmt: skip
def test_known_sentences_change_their_language_and_others_stay(text: str, french: str) -> None:
    assert said(text) == text.removeprefix("the service refused: ")
    with speaking("fr"):
        assert said(text) == french
