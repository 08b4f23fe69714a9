"""Incidents: see them, act on them, and the record that they leave."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from veille.api.access import Principal, require
from veille.api.incident_commands import IncidentCommands

Reader = Annotated[Principal, Depends(require("analyst", "oncall", "steward"))]
Handler = Annotated[Principal, Depends(require("analyst", "oncall"))]
Referrer = Annotated[Principal, Depends(require("analyst", "steward"))]
Tester = Annotated[Principal, Depends(require("oncall"))]
IncidentId = Annotated[
    str, Field(min_length=6, max_length=40, description="Full ID, unique prefix, or short form: I-3F9A12BC.")
]
Limit = Annotated[int, Query(ge=1, le=1_000)]
When = Annotated[AwareDatetime | None, Query(description="RFC 3339")]
Words = Annotated[str, Field(min_length=1, max_length=4_000, pattern=r"\S")]
Perhaps = Annotated[str, Field(max_length=4_000)]
Language = Annotated[Literal["en", "fr"], Query(description="Language of titles and reasons")]
State = Literal["open", "acknowledged", "resolved"]
RotaName = Literal["abuse", "health", "minors"]
Severity = Literal["critical", "error", "warning", "info"]
Kind = Literal["attack", "global", "brake", "minors", "drop", "fault"]
Matcher = Annotated[str, Field(min_length=1, max_length=200)]

_MARKDOWN: dict[int | str, dict[str, Any]] = {200: {"content": {"text/markdown": {"schema": {"type": "string"}}}}}


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Filter(_Body):
    """Which incidents. severity: this and graver; since, until: of their opening. language: of titles and reasons."""

    state: State | None = None
    rota: RotaName | None = None
    severity: Severity | None = None
    kind: Kind | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=1_000)] = 200
    language: Literal["en", "fr"] = "en"


class CommentRequest(_Body):
    text: Words


class Comment(_Body):
    comment: Words


class Acknowledgement(_Body):
    comment: Perhaps = ""


class Assignment(_Body):
    owner: Annotated[str, Field(min_length=1, max_length=80, pattern=r"\S")]
    comment: Perhaps = ""


class Resolution(_Body):
    disposition: Literal["useful", "noise", "duplicate", "expected"]
    comment: Words


class ResolutionOfMany(Resolution):
    """The same decision about several incidents."""

    incident_ids: Annotated[list[IncidentId], Field(min_length=1, max_length=500)]


class NewReferral(_Body):
    recipient_kind: Literal["platform", "police", "trusted_flagger", "regulator", "other"]
    recipient: Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
    reference: Annotated[str | None, Field(max_length=200)] = None
    due_at: AwareDatetime | None = None
    comment: Perhaps = ""


class Outcome(_Body):
    outcome: Words


class Matchers(_Body):
    """All that are given must match; a list matches any of its values."""

    incident_id: Matcher | None = None
    kind: Matcher | list[Matcher] | None = None
    rota: Matcher | list[Matcher] | None = None
    rule: Matcher | list[Matcher] | None = None
    severity: Matcher | list[Matcher] | None = None
    subject: Matcher | list[Matcher] | None = None
    target: Matcher | list[Matcher] | None = None
    cluster: Matcher | list[Matcher] | None = None
    series: Matcher | list[Matcher] | None = None


class NewSilence(_Body):
    matchers: Matchers
    expires_at: AwareDatetime
    reason: Words


def router(commands: IncidentCommands) -> APIRouter:
    api = APIRouter(prefix="/v1", tags=["incidents"])
    _add_questions(api, commands)
    _add_lists(api, commands)
    _add_commands(api, commands)
    _add_silences(api, commands)
    return api


def _add_lists(api: APIRouter, commands: IncidentCommands) -> None:
    """Before the paths with an id, which would swallow these."""

    @api.get("/deliveries")
    def deliveries(
        caller: Reader, incident_id: str | None = None, limit: Limit = 200, language: Language = "en"
    ) -> list[dict[str, Any]]:
        """What became of each message on each channel, newest first."""
        return commands.deliveries(caller, incident_id, limit, language)

    @api.get("/silences", dependencies=[Depends(require("analyst", "oncall", "steward"))])
    def silences(active: bool = True) -> list[dict[str, Any]]:
        """Silences in force, or all of them."""
        return commands.silences(active=active)

    @api.get("/reports/precision", dependencies=[Depends(require("analyst", "oncall", "steward"))])
    def precision(since: When = None) -> list[dict[str, Any]]:
        """Of each rule: how many of its incidents were useful, by the dispositions people gave."""
        return commands.precision(since)

    @api.get("/reports/handover", dependencies=[Depends(require("analyst", "oncall", "steward"))])
    def handover(since: When = None, until: When = None, language: Language = "en") -> dict[str, Any]:
        """What a shift leaves to the next; by default the one under way."""
        return commands.handover(since, until, language)

    @api.get("/reports/backtest", dependencies=[Depends(require("analyst", "oncall"))])
    def backtest(since: When = None, until: When = None) -> dict[str, Any]:
        """How many pages the policy in force would have sent over the stored findings."""
        return commands.backtest(since, until)


def _add_questions(api: APIRouter, commands: IncidentCommands) -> None:
    @api.get("/incidents")
    def incidents(caller: Reader, wanted: Annotated[Filter, Query()]) -> list[dict[str, Any]]:
        """Newest first."""
        return commands.incidents(caller, **wanted.model_dump())

    @api.get("/incidents/{incident_id}")
    def incident(incident_id: IncidentId, caller: Reader, language: Language = "en") -> dict[str, Any]:
        """One incident with its timeline, findings, targets, referrals, response times and deliveries."""
        return commands.show(caller, incident_id, language)

    @api.get("/incidents/{incident_id}/record")
    def record(incident_id: IncidentId, caller: Reader, language: Language = "en") -> dict[str, Any]:
        """The post-incident report: timeline, decisions, effect, what was known when."""
        return commands.record(caller, incident_id, language)

    @api.get("/incidents/{incident_id}/record.md", response_class=Response, responses=_MARKDOWN)
    def record_markdown(incident_id: IncidentId, caller: Reader, language: Language = "en") -> Response:
        """The same as Markdown."""
        return Response(
            commands.record_markdown(caller, incident_id, language), media_type="text/markdown; charset=utf-8"
        )


def _add_commands(api: APIRouter, commands: IncidentCommands) -> None:
    @api.post("/incidents/resolve")
    def resolve_many(said: ResolutionOfMany, caller: Handler) -> list[dict[str, Any]]:
        """Several are over; what they were, and why. None is resolved where one of them is not found."""
        return commands.resolve_many(caller, **said.model_dump())

    @api.post("/incidents/{incident_id}/acknowledge")
    def acknowledge(incident_id: IncidentId, said: Acknowledgement, caller: Handler) -> dict[str, Any]:
        """The caller takes it. Again by anybody: nothing changes."""
        return commands.acknowledge(caller, incident_id, said.comment)

    @api.post("/incidents/{incident_id}/assign")
    def assign(incident_id: IncidentId, said: Assignment, caller: Handler) -> dict[str, Any]:
        """Somebody else takes it."""
        return commands.assign(caller, incident_id, said.owner, said.comment)

    @api.post("/incidents/{incident_id}/comment")
    def comment(incident_id: IncidentId, said: CommentRequest, caller: Handler) -> dict[str, Any]:
        """A comment in the timeline."""
        return commands.comment(caller, incident_id, said.text)

    @api.post("/incidents/{incident_id}/resolve")
    def resolve(incident_id: IncidentId, said: Resolution, caller: Handler) -> dict[str, Any]:
        """It is over; what it was, and why."""
        return commands.resolve(caller, incident_id, said.disposition, said.comment)

    @api.post("/incidents/{incident_id}/reopen")
    def reopen(incident_id: IncidentId, said: Comment, caller: Handler) -> dict[str, Any]:
        """It is not over."""
        return commands.reopen(caller, incident_id, said.comment)

    @api.post("/incidents/{incident_id}/refer", status_code=201)
    def refer(incident_id: IncidentId, said: NewReferral, caller: Referrer) -> dict[str, Any]:
        """Record that it was passed on outside."""
        return commands.refer(caller, incident_id, **said.model_dump())

    @api.post("/referrals/{referral_id}/outcome")
    def close_referral(referral_id: str, said: Outcome, caller: Referrer) -> dict[str, Any]:
        """Record what came of it."""
        return commands.close_referral(caller, referral_id, said.outcome)


def _add_silences(api: APIRouter, commands: IncidentCommands) -> None:
    @api.post("/silences", status_code=201)
    def silence(said: NewSilence, caller: Handler) -> dict[str, Any]:
        """No page for what matches until then."""
        return commands.silence(caller, said.matchers.model_dump(exclude_none=True), said.expires_at, said.reason)

    @api.delete("/silences/{silence_id}")
    def end_silence(silence_id: str, caller: Handler) -> dict[str, Any]:
        """Take a silence back."""
        return commands.end_silence(caller, silence_id)

    @api.post("/go-live")
    def go_live(said: Acknowledgement, caller: Tester) -> dict[str, Any]:
        """A quiet folder sends pages, digests, handovers and the heartbeat from now on."""
        return commands.go_live(caller, said.comment)

    @api.post("/channels/{name}/test")
    def test_page(name: str, caller: Tester) -> dict[str, Any]:
        """Send a page that says it is a test."""
        return commands.test_page(caller, name)
