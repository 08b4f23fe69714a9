"""The net below the texts: what could mean something outside does not get through, what is ours does."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.paging.messages import page
from veille.incidents.channels.message import SUMMARY_CHARACTERS, facts_of, headline, lines, redacted_line
from veille.privacy import short


@given(st.uuids(), st.sampled_from(["account", "target", "person"]))
def test_short_pseudonyms_pass_and_long_ones_do_not(pseudonym: UUID, role: str) -> None:
    name = short(pseudonym, role)  # type: ignore[arg-type]
    assert redacted_line(f"Surge about {name}: 24 requests") == f"Surge about {name}: 24 requests"
    assert str(pseudonym) not in redacted_line(f"about {pseudonym} now")


@pytest.mark.parametrize(
    "text",
    ["@some_handle", "see https://example.org/p/1", "mail a.b@example.org", "post 1879000000000000001", "ftp://x/y"],
)
def test_what_means_something_outside_is_withheld(text: str) -> None:
    assert "[withheld]" in redacted_line(f"before {text} after")


@given(st.text(max_size=3_000))
def test_a_summary_is_one_line_within_every_receivers_limit(text: str) -> None:
    line = redacted_line(text)
    assert len(line) <= SUMMARY_CHARACTERS
    assert "\n" not in line


def test_only_named_facts_are_told() -> None:
    told = facts_of(
        {
            "rule": "first-time-target",
            "requests": 24,
            "prompt": "words",
            "target_id": "x",
            "onset_at": "2026-01-09T12:00:00Z",
        }
    )
    assert told == {"rule": "first-time-target", "requests": 24, "onset_at": "2026-01-09T12:00:00Z"}


@pytest.mark.parametrize("kind", ["resolve", "acknowledge", "escalate"])
def test_the_words_around_a_title_are_in_the_language_of_the_message(kind: str) -> None:
    english, french = (headline(page(kind=kind, language=language)) for language in ("en", "fr"))
    assert english.endswith(": Surge about T-7K3Q-M2XA-9DFH")
    assert french.endswith(" : Surge about T-7K3Q-M2XA-9DFH")


def test_the_names_of_facts_are_in_the_language_of_the_message() -> None:
    assert {"severity: critical", "requests: 24", "accounts: 12"} <= set(lines(page()))
    assert {"gravité : critique", "demandes : 24", "comptes : 12"} <= set(lines(page(language="fr")))
