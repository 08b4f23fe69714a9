"""The event contract: Mention, Generation, Moderation.

This module imports only `violations`, which says how a message can break it. A field is declared here with its type, its default and
what its stored column says (`Stored`); how it is converted, published, commented and declared as personal derives from that.

Evolution: within one `SCHEMA_VERSION` fields are only added, and only optional ones; old readers drop and
count what they do not know. Renaming, removing or tightening a field, or a new member of a closed vocabulary (an
older reader refuses it), raises the version.
"""

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from veille.violations import (
    MAX_MESSAGE_BYTES,
)

SCHEMA_VERSION = 2
"""2 adds the outcome `unknown`. Every message of version 1 is one of version 2."""

Place = tuple[str, int]
"""Where a message stood: a topic and its partition; a file stands with partition -1."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on reading a partition or file.

    offset: of the next message. log_id: Kafka's id of the topic, as text; a topic that is deleted and made anew under its
    name gets another. leader_epoch: of the last message read. Both are None where they are not known.
    """

    offset: int
    log_id: str | None = None
    leader_epoch: int | None = None


@dataclass(frozen=True, slots=True)
class FolderId:
    """Which data folder reads: no other folder has this `folder_id` (32 hex digits), not even a copy of it.

    born_at: when the id was made (UTC). run: the process that holds the folder now; runs: processes that held it before.
    """

    folder_id: str
    born_at: datetime
    run: str
    runs: frozenset[str] = frozenset()

    @property
    def short(self) -> str:
        """The first eight digits, for names and screens."""
        return self.folder_id[:8]


class EventType(StrEnum):
    """The three kinds of event; one Kafka topic each."""

    MENTION = "mention"
    GENERATION = "generation"
    MODERATION = "moderation"

    @property
    def table(self) -> str:
        """Name of the table and published view that hold this type."""
        return f"{self.value}s"


Id = Annotated[
    str,
    Meta(min_length=1, max_length=128, description="The provider's id; pseudonymised before the first write"),
]
Time = Annotated[datetime, Meta(tz=True, description="RFC 3339 with a time zone")]
Token = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/+-]{0,63}$")]
Platform = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
Collection = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/@+-]{0,127}$", description="Which collector and query")
]
Language = Annotated[str, Meta(pattern=r"^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8}){0,4}$", description="BCP 47")]
Jurisdiction = Annotated[str, Meta(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$", description="ISO 3166-1 or 3166-2")]
PdqHash = Annotated[str, Meta(pattern=r"^[0-9A-Fa-f]{64}$", description="PDQ perceptual hash, 64 hex digits")]
Probability = Annotated[float, Meta(gt=0, le=1)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
TEXT_LENGTH = {"prompt": 4000, "reason": 1000}
"""Fields of free text, with what is kept of one: who asked about whom and when must survive any wording."""
_CUT = "Links are replaced and longer texts are truncated; both are recorded on the row"
Prompt = Annotated[str, Meta(extra_json_schema={"maxLength": TEXT_LENGTH["prompt"]}, description=_CUT)]
Reason = Annotated[str, Meta(extra_json_schema={"maxLength": TEXT_LENGTH["reason"]}, description=_CUT)]

TargetBasis = Literal["post_author", "tagged", "depicted", "unknown"]
RequestClass = Literal["sexualising", "other_edit", "question", "other", "unknown"]
Gender = Literal["woman", "man", "nonbinary", "unknown"]
GenderSource = Literal["self_declared", "registry", "classifier", "provider"]
Outcome = Literal["fulfilled", "partial", "refused", "error", "unknown"]
"""`unknown`: the generator answered and nobody has judged how. It never stands for a judged answer, nor for none."""
OUTCOMES: tuple[Outcome, ...] = typing.get_args(Outcome)
ANSWERED: tuple[Outcome, ...] = ("fulfilled", "partial", "refused")
"""The generator decided: what the answered rate divides by."""
MediaType = Literal["image", "video"]
Sexualised = Literal["none", "suggestive", "nudity", "explicit", "unknown"]
Surface = Literal["reply", "app", "web", "edit_button", "api"]
Plan = Literal["free", "paid", "unknown"]
SubjectType = Literal["post", "media", "account"]
Action = Literal[
    "reported", "report_validated", "removed", "deleted_by_author", "restored", "geo_restricted", "restricted", "suspended"
]  # fmt: skip
Reporter = Literal["depicted_person", "representative", "trusted_flagger", "authority", "user", "automated"]
Actor = Literal["platform", "automated", "author", "authority"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What the stored and published column of a field is; messages and their JSON Schema do not know it.

    meaning: its comment in the catalogue and in the dictionary; None: it is not published. may_single_out: whether the value may single
    somebody out, with other facts; ids and free text always name somebody or something.
    """

    meaning: str | None
    may_single_out: bool = False


class Event(msgspec.Struct, kw_only=True, frozen=True, gc=False, tag_field="event_type"):
    """What every event carries.

    null means absent: None in a field whose default is another value stands for that default (`DEFAULTS`).
    """

    event_id: Annotated[Id, Stored("Pseudonym of the event, unique per platform and type.")]
    occurred_at: Annotated[Time, Stored("When it happened (UTC). Every count goes by this time.", may_single_out=True)]
    platform: Annotated[Platform | None, Stored("Where it happened; unknown where the collector did not say.")] = (
        "unknown"
    )
    collected_at: Annotated[Time | None, Stored("When the collector saw it (UTC), where it said so.")] = None
    collection_id: Annotated[Collection | None, Stored("Which collector and query brought it.")] = None
    sampling_probability: Annotated[
        Probability | None,
        Stored("Chance with which the collector kept such an event, above 0 up to 1; null where it did not say."),
    ] = None
    jurisdiction: Annotated[
        Jurisdiction | None, Stored("Country or region, ISO 3166, as declared.", may_single_out=True)
    ] = None


class Mention(Event, kw_only=True, frozen=True, gc=False, tag="mention"):
    """An account publicly asks a generator to act on someone's post."""

    account_id: Annotated[Id, Stored("Pseudonym of the account that asks.")]
    target_id: Annotated[
        Id | None, Stored("Pseudonym of the account whose photo or post it is about; null where unknown.")
    ] = None
    target_basis: Annotated[
        TargetBasis | None, Stored("How the target is known: post_author, tagged, depicted or unknown.")
    ] = "unknown"
    generator: Annotated[Token | None, Stored("AI tool addressed.")] = None
    post_id: Annotated[Id | None, Stored("Pseudonym of the post that asks.")] = None
    parent_post_id: Annotated[Id | None, Stored("Pseudonym of the post that is answered, usually the target's.")] = None
    prompt: Annotated[
        Prompt | None,
        Stored("Text of the request; handles replaced by pseudonyms, links by a placeholder. Show only on request."),
    ] = None
    language: Annotated[
        Language | None, Stored("Language of the prompt, BCP 47, as declared.", may_single_out=True)
    ] = None
    request_class: Annotated[
        RequestClass | None,
        Stored(
            "What is asked, as declared: sexualising, other_edit, question, other or unknown. Not yet abuse by itself."
        ),
    ] = "unknown"
    request_class_source: Annotated[Token | None, Stored("Who or what declared the class.")] = None
    target_gender: Annotated[
        Gender | None,
        Stored(
            "Gender of the target as declared: woman, man, nonbinary or unknown. Never inferred here.",
            may_single_out=True,
        ),
    ] = "unknown"
    target_gender_source: Annotated[
        GenderSource | None, Stored("Where the gender comes from: self_declared, registry, classifier or provider.")
    ] = None
    target_is_public_figure: Annotated[
        bool | None,
        Stored("Whether the target is a public figure, as declared; null where unknown.", may_single_out=True),
    ] = None
    minor_suspected: Annotated[bool | None, Stored(None, may_single_out=True)] = None
    minor_suspected_source: Annotated[Token | None, Stored(None)] = None
    account_created_at: Annotated[
        Time | None, Stored("Month in which the account was created (its first day).", may_single_out=True)
    ] = None
    account_followers: Annotated[
        Count | None, Stored("Followers of the account at that time.", may_single_out=True)
    ] = None
    source_media_hash: Annotated[
        PdqHash | None, Stored("PDQ perceptual hash of the image asked about, 64 hex digits.", may_single_out=True)
    ] = None


class Generation(Event, kw_only=True, frozen=True, gc=False, tag="generation"):
    """Something a generator made or refused to make."""

    outcome: Annotated[Outcome, Stored("fulfilled, partial, refused, error, or unknown where nobody has judged it.")]
    mention_id: Annotated[Id | None, Stored("Pseudonym of the mention it answers; null where it followed none.")] = None
    account_id: Annotated[Id | None, Stored("Pseudonym of the account it was made for.")] = None
    target_id: Annotated[Id | None, Stored("Pseudonym of the account it is about.")] = None
    generator: Annotated[Token | None, Stored("AI tool that answered.")] = None
    model: Annotated[Token | None, Stored("Model of the tool.")] = None
    media_type: Annotated[
        MediaType | None, Stored("image or video; null where nothing was made or nothing is known.")
    ] = None
    media_hash: Annotated[
        PdqHash | None, Stored("PDQ perceptual hash of what was made, 64 hex digits.", may_single_out=True)
    ] = None
    sexualised: Annotated[
        Sexualised | None,
        Stored("How sexualised the result is, as declared: none, suggestive, nudity, explicit or unknown."),
    ] = "unknown"
    minor_suspected: Annotated[bool | None, Stored(None, may_single_out=True)] = None
    minor_suspected_source: Annotated[Token | None, Stored(None)] = None
    surface: Annotated[Surface | None, Stored("Where it was used: reply, app, web, edit_button or api.")] = None
    plan: Annotated[Plan | None, Stored("free, paid or unknown.", may_single_out=True)] = "unknown"
    post_id: Annotated[Id | None, Stored("Pseudonym of the post that carries the answer.")] = None
    views: Annotated[Count | None, Stored("Views of that post at views_at.", may_single_out=True)] = None
    views_at: Annotated[Time | None, Stored("When the views were counted (UTC).")] = None


class Moderation(Event, kw_only=True, frozen=True, gc=False, tag="moderation"):
    """Something done about a post, a media item or an account."""

    subject_type: Annotated[SubjectType, Stored("What it is about: post, media or account.")]
    subject_id: Annotated[Id, Stored("Pseudonym of that post, media item or account.")]
    action: Annotated[
        Action,
        Stored(
            "reported, report_validated, removed, deleted_by_author, restored, geo_restricted, restricted or suspended."
        ),
    ]
    report_id: Annotated[Id | None, Stored("Pseudonym of the report.")] = None
    reporter: Annotated[
        Reporter | None,
        Stored(
            "Who reported: depicted_person, representative, trusted_flagger, authority, user or automated.",
            may_single_out=True,
        ),
    ] = None
    actor: Annotated[Actor | None, Stored("Who acted: platform, automated, author or authority.")] = None
    reason: Annotated[Reason | None, Stored("Reason given.")] = None
    post_id: Annotated[Id | None, Stored("Pseudonym of the post concerned.")] = None
    mention_id: Annotated[Id | None, Stored("Pseudonym of the mention concerned.")] = None


CLASSES: dict[EventType, type[Event]] = {
    EventType.MENTION: Mention,
    EventType.GENERATION: Generation,
    EventType.MODERATION: Moderation,
}


DEFAULTS: dict[EventType, dict[str, str]] = {
    event_type: {field.name: field.default for field in msgspec.structs.fields(kind) if isinstance(field.default, str)}
    for event_type, kind in CLASSES.items()
}
"""What an absent field stands for, by type and field, where that is not null."""


def is_id_field(name: str) -> bool:
    """Whether a field of the contract holds a provider's id, which becomes a pseudonym."""
    return (
        name.endswith("_id") and name != "collection_id" and any(name in c.__struct_fields__ for c in CLASSES.values())
    )


def misplaced_ids(mapping: Mapping[str, str]) -> list[str]:
    """Contract fields that a mapping (ours → theirs) would fill with an id although they hold no id: it would be kept raw."""
    return [ours for ours, theirs in mapping.items() if is_id_field(theirs) and not is_id_field(ours)]


def json_schema(event_type: EventType) -> dict[str, Any]:
    """JSON Schema (2020-12) of one event type, generated from the class."""
    (schema,), components = msgspec.json.schema_components([CLASSES[event_type]], ref_template="#/$defs/{name}")
    definition = components[schema["$ref"].rsplit("/", 1)[1]]
    definition["required"] = [name for name in definition["required"] if name != "event_type"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:veille:contract:{event_type}:{SCHEMA_VERSION}",
        "schema_version": SCHEMA_VERSION,
        "x-topic": f"veille.{event_type.table}",
        "x-max-message-bytes": MAX_MESSAGE_BYTES,
        **definition,
    }
