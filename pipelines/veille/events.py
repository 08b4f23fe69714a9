"""The event contract: Mention, Generation, Moderation, and how a raw message becomes one.

This module imports nothing of ours. A message is decoded with msgspec; what breaks a rule becomes a
`Violation`: the JSON path and the rule, never the value (msgspec's own messages echo values for enums and
duplicate what a person wrote, so they are rewritten here from a closed vocabulary).

Evolution: within one `SCHEMA_VERSION` fields are only added, and only optional ones; old readers drop and
count what they do not know. Renaming, removing or tightening a field, or a new member of a closed vocabulary (an
older reader refuses it), raises the version.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

SCHEMA_VERSION = 1

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


MAX_MESSAGE_BYTES = 64 * 1024
MAX_RECORD_BYTES = 1024 * 1024
"""A message beyond this is not looked into. Below it MAX_MESSAGE_BYTES holds for the contract's fields, free text left out."""
MAX_FUTURE_SECONDS = 600


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
_CUT = "Links are replaced, a longer text is cut; both are noted on the row"
Prompt = Annotated[str, Meta(extra_json_schema={"maxLength": TEXT_LENGTH["prompt"]}, description=_CUT)]
Reason = Annotated[str, Meta(extra_json_schema={"maxLength": TEXT_LENGTH["reason"]}, description=_CUT)]

TargetBasis = Literal["post_author", "tagged", "depicted", "unknown"]
RequestClass = Literal["sexualising", "other_edit", "question", "other", "unknown"]
Gender = Literal["woman", "man", "nonbinary", "unknown"]
GenderSource = Literal["self_declared", "registry", "classifier", "provider"]
Outcome = Literal["fulfilled", "partial", "refused", "error"]
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


class Event(msgspec.Struct, kw_only=True, frozen=True, gc=False, tag_field="event_type"):
    """What every event carries.

    null means absent: None in a field whose default is another value stands for that default (`DEFAULTS`).
    """

    event_id: Id
    occurred_at: Time
    platform: Platform | None = "unknown"
    collected_at: Time | None = None
    collection_id: Collection | None = None
    sampling_probability: Probability | None = None
    jurisdiction: Jurisdiction | None = None


class Mention(Event, kw_only=True, frozen=True, gc=False, tag="mention"):
    """An account publicly asks a generator to act on someone's post."""

    account_id: Id
    target_id: Id | None = None
    target_basis: TargetBasis | None = "unknown"
    generator: Token | None = None
    post_id: Id | None = None
    parent_post_id: Id | None = None
    prompt: Prompt | None = None
    language: Language | None = None
    request_class: RequestClass | None = "unknown"
    request_class_source: Token | None = None
    target_gender: Gender | None = "unknown"
    target_gender_source: GenderSource | None = None
    target_is_public_figure: bool | None = None
    minor_suspected: bool | None = None
    minor_suspected_source: Token | None = None
    account_created_at: Time | None = None
    account_followers: Count | None = None
    source_media_hash: PdqHash | None = None


class Generation(Event, kw_only=True, frozen=True, gc=False, tag="generation"):
    """Something a generator made or refused to make."""

    outcome: Outcome
    mention_id: Id | None = None
    account_id: Id | None = None
    target_id: Id | None = None
    generator: Token | None = None
    model: Token | None = None
    media_type: MediaType | None = None
    media_hash: PdqHash | None = None
    sexualised: Sexualised | None = "unknown"
    minor_suspected: bool | None = None
    minor_suspected_source: Token | None = None
    surface: Surface | None = None
    plan: Plan | None = "unknown"
    post_id: Id | None = None
    views: Count | None = None
    views_at: Time | None = None


class Moderation(Event, kw_only=True, frozen=True, gc=False, tag="moderation"):
    """Something done about a post, a media item or an account."""

    subject_type: SubjectType
    subject_id: Id
    action: Action
    report_id: Id | None = None
    reporter: Reporter | None = None
    actor: Actor | None = None
    reason: Reason | None = None
    post_id: Id | None = None
    mention_id: Id | None = None


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


@dataclass(frozen=True, slots=True)
class Violation:
    """Why a message is not an event: where, and which rule. Never what stood there.

    path: JSON path such as `$.occurred_at`; `$` is the whole message.
    rule: one of `RULES`. detail: what the rule asks for, from the contract, not from the message.
    """

    path: str
    rule: str
    detail: str


RULES: dict[str, str] = {
    "empty": "the message is empty",
    "size": f"a message is at most {MAX_MESSAGE_BYTES // 1024} KiB, unknown fields and free text not counted; 1 MiB with them",
    "utf8": "a message is UTF-8",
    "json": "a message is one JSON object",
    "event_type": "event_type is mention, generation or moderation, and agrees with the topic",
    "required": "a required field is missing",
    "type": "the value has another type than the contract says",
    "enum": "the value is not one of the contract's",
    "range": "the number is outside the contract's range",
    "length": "the text is empty or longer than the contract allows",
    "pattern": "the text does not have the contract's form",
    "datetime": "a time is RFC 3339 with a time zone, between the years 1 and 9999 in UTC",
    "past": "occurred_at is not before the earliest date that is accepted (earliest_event under [ingest])",
    "future": f"occurred_at is at most {MAX_FUTURE_SECONDS // 60} minutes ahead of the clock",
    "media": "no media bytes, data URIs or links to image or video files but in free text; the raw message is not kept",
    "row": "the message passes every other rule but cannot be stored; please report it with this path",
}

_PATH = re.compile(r" - at `(?:key in )?(\$[^`]*)`$")
_FIELD = re.compile(r"field `([A-Za-z_]+)`")
_SAFE_PATH = re.compile(r"^\$(\.[a-z_]+)?")


def violation(rule: str, path: str = "$", detail: str | None = None) -> Violation:
    """A violation of `rule`; its detail defaults to the rule's own sentence."""
    return Violation(path, rule, detail or RULES[rule])


def _classify(message: str) -> str:  # noqa: PLR0911  one line a rule of msgspec reads better than a table of regexes
    if "matching regex" in message:
        return "pattern"
    if "of length" in message:
        return "length"
    if "timezone" in message or "RFC3339" in message:
        return "datetime"
    if message.startswith("Invalid enum value"):
        return "enum"
    if message.startswith("Invalid value"):
        return "event_type"
    if re.search(r"[<>]=? ", message) or "out of range" in message:
        return "range"
    return "type"


def explain(error: ValueError) -> Violation:
    """Translate a decoding error into a violation without repeating any value."""
    if isinstance(error, UnicodeDecodeError):
        return violation("utf8")
    message = str(error)
    if isinstance(error, msgspec.ValidationError):
        found = _PATH.search(message)
        path = _SAFE_PATH.match(found[1])[0] if found else "$"  # type: ignore[index]
        if "missing required field" in message:
            field = _FIELD.search(message)
            return violation(
                "event_type" if field and field[1] == "event_type" else "required",
                f"$.{field[1]}" if field else path,
            )
        if path == "$" and message.startswith("Expected `object`"):
            return violation("json")
        rule = "event_type" if path == "$.event_type" else _classify(message)
        expected = re.match(r"Expected `[^`]{1,40}`", message)
        detail = f"{RULES[rule]} (expected {expected[0][9:]})" if rule == "type" and expected else None
        return violation(rule, path, detail)
    return violation("utf8" if "utf-8" in message.lower() else "json")


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
