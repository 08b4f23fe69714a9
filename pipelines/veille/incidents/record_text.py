"""The post-incident report as a text for people, in a language. Pure."""

from typing import Any

from veille.reasons import DEFAULT, Reason, named, one_line, reason


def markdown(record: dict[str, Any], language: str = DEFAULT) -> str:
    """What `report` made, in words. Free text is escaped: nobody's comment becomes markup."""
    return _RecordText(language).text(record)


class _RecordText:
    """One record in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def text(self, record: dict[str, Any]) -> str:
        incident = record["incident"]
        lines = [
            f"# {incident['short']}: {_plain(incident['title'])}",
            "",
            *self._state(incident),
            *self._headed(reason("record.fired")),
            *[f"* {_plain(self._finding(found))}" for found in incident["evidence"]["findings"]],
            *self._headed(reason("record.timeline")),
            f"| {self._say(reason('record.columns'))} |",
            "|---|---|---|---|---|",
            *[self._row(event) for event in record["timeline"]],
            *self._headed(reason("record.effect")),
            self._say(_effect(record["effect"])),
            *self._headed(reason("record.referrals")),
            *([self._referral(each) for each in record["referrals"]] or [self._say(reason("record.no_referrals"))]),
        ]
        return "\n".join(lines) + "\n"

    def _say(self, what: Reason) -> str:
        return what.words(self._language)

    def _headed(self, what: Reason) -> list[str]:
        return ["", f"## {self._say(what)}", ""]

    def _state(self, incident: dict[str, Any]) -> list[str]:
        over = reason(
            "record.over",
            severity=incident["severity"],
            state=incident["state"],
            rule=incident["rule"],
            code=incident["rule"],
            policy=incident["policy"],
        )
        times = reason(
            "record.times",
            onset=incident["onset_at"],
            opened=incident["opened_at"],
            paged=reason("record.sent", at=sent) if (sent := incident["paged_at"]) else reason("record.unsent"),
            acknowledged=_time(incident["acknowledged_at"]),
            resolved=_time(incident["resolved_at"]),
        )
        judged = incident["disposition"]
        said = [self._say(reason("record.judged", disposition=judged))] if judged else []
        return [_plain(self._say(over)), "", " ".join([self._say(times), *said])]

    def _finding(self, found: dict[str, Any]) -> str:
        """Which series it is about, what was found, and by which rule."""
        why, rule, kind, version = (found[name] for name in ("why", "rule", "kind", "version"))
        if not found.get("series"):
            return self._say(reason("record.finding", why=why, rule=rule, kind=kind, version=version))
        about = _series(found["series"])
        return self._say(reason("record.finding_of", about=about, why=why, rule=rule, kind=kind, version=version))

    def _row(self, event: dict[str, Any]) -> str:
        happened = named(event["event"], self._language, "events")
        cells = (event["happened_at"], event["known_at"], happened, event["actor"], event["reason"])
        return "| " + " | ".join(_plain(str(cell)) for cell in cells) + " |"

    def _referral(self, referral: dict[str, Any]) -> str:
        to = f"{named(referral['recipient_kind'], self._language)} {_plain(referral['recipient'])}"
        known = [
            reason("record.has_reference", reference=referral["reference"]) if referral["reference"] else None,
            reason("record.answer_due", at=referral["due_at"]) if referral["due_at"] else None,
        ]
        parts = [to, *(_plain(self._say(each)) for each in known if each)]
        outcome = referral["outcome"] or self._say(reason("record.open"))
        return f"* {referral['referred_at']}: {', '.join(parts)}: {_plain(outcome)}"


def _effect(effect: dict[str, Any]) -> Reason:
    if effect["acknowledged_at"] is None:
        return reason("record.nobody")
    hours, before = effect["hours"], effect["requests_before"]
    if effect["requests_after"] is not None:
        return reason("record.acknowledged", before=before, after=effect["requests_after"], hours=hours)
    until = effect["known_until"]
    return reason("record.before_over", before=before, after=effect["requests_so_far"], hours=hours, until=until)


def _series(name: str) -> Reason:
    """name: as findings name a series (`finding_rows.name_of`)."""
    kind, _, key = name.partition(" ")
    return reason("record.series", kind=kind, key=key) if key else reason("record.series_all")


def _time(at: str | None) -> str | Reason:
    return at or reason("record.no_time")


def _plain(text: str) -> str:
    """Text that is no markup."""
    escaped = "".join(f"\\{c}" if c in "\\`*_{}[]<>|#" else c for c in text)
    return one_line(escaped)
