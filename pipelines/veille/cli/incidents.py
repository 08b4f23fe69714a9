"""`veille incidents …`: on the folder, or through the service that owns it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, note, say, settings
from veille.cli.incidents_text import as_json, handover_lines, incident_lines, precision_lines, silence_line, table

app = typer.Typer(no_args_is_help=True, help="Incidents: list, acknowledge, resolve and record them.")

Incident = Annotated[str, typer.Argument(help="Full ID, unique prefix, or short form such as I-3F9A12BC.")]
Why = Annotated[str, typer.Option("--comment", "-m", help="Comment.")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="UTC.")]
Until = Annotated[datetime | None, typer.Option("--until", formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d"], help="UTC.")]


@app.command("list")
def list_command(
    data_dir: DataDir = None,
    state: Annotated[Literal["open", "acknowledged", "resolved"] | None, typer.Option("--state")] = None,
    rota: Annotated[Literal["abuse", "health", "minors"] | None, typer.Option("--rota")] = None,
    severity: Annotated[
        Literal["critical", "error", "warning", "info"] | None, typer.Option("--severity", help="This and graver.")
    ] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000)] = 50,
    json: JsonFlag = False,
) -> None:
    """List incidents, newest first."""
    from veille.cli.connect import connected

    narrowed: dict[str, Any] = {"state": state, "rota": rota, "severity": severity, "since": _utc(since)}
    with connected(settings(data_dir), "veille incidents list") as client:
        rows = client.get("/v1/incidents", **narrowed, limit=limit)
    if json:
        say(as_json(rows))
        return
    for line in table(rows) or ["No incidents."]:
        say(line)


@app.command()
def show(incident: Incident, data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """Show one incident: why it fired, its timeline, and what was sent."""
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), "veille incidents show") as client:
        found = client.get(f"/v1/incidents/{segment(incident)}")
    for line in [as_json(found)] if json else incident_lines(found):
        say(line)


@app.command()
def ack(incident: Incident, comment: Why = "", data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """Acknowledge: you take it, and nobody else is woken."""
    _act(data_dir, json, "acknowledge", incident, comment=comment)


@app.command()
def comment(
    incident: Incident, text: Annotated[str, typer.Argument()], data_dir: DataDir = None, json: JsonFlag = False
) -> None:
    """Add a comment to the timeline."""
    _act(data_dir, json, "comment", incident, text=text)


@app.command()
def assign(
    incident: Incident,
    owner: Annotated[str, typer.Argument(help="Who takes it.")],
    comment: Why = "",
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Give it to somebody."""
    _act(data_dir, json, "assign", incident, owner=owner, comment=comment)


@app.command()
def resolve(
    incident: Incident,
    disposition: Annotated[
        Literal["useful", "noise", "duplicate", "expected"], typer.Option("--as", help="What it was.")
    ],
    comment: Why,
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Resolve: it is over, what it was, and why. The precision of each rule is counted from these."""
    _act(data_dir, json, "resolve", incident, disposition=disposition, comment=comment)


@app.command()
def reopen(incident: Incident, comment: Why, data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """Reopen: it is not over."""
    _act(data_dir, json, "reopen", incident, comment=comment)


@app.command()
def refer(
    incident: Incident,
    to: Annotated[Literal["platform", "police", "trusted_flagger", "regulator", "other"], typer.Option("--to")],
    recipient: Annotated[str, typer.Option("--recipient", help="Name of the recipient.")],
    reference: Annotated[str | None, typer.Option("--reference", help="Its file number.")] = None,
    due: Annotated[
        datetime | None, typer.Option("--due", formats=["%Y-%m-%d"], help="Time when an answer is due.")
    ] = None,
    comment: Why = "",
    data_dir: DataDir = None,
) -> None:
    """Record that it was passed on outside."""
    said = {"recipient_kind": to, "recipient": recipient, "reference": reference, "due_at": _utc(due)}
    _act(data_dir, False, "refer", incident, **said, comment=comment)


@app.command()
def silence(
    reason: Annotated[str, typer.Option("--reason", help="Reason; shown on the silenced incidents.")] = "",
    matching: Annotated[
        list[str] | None,
        typer.Option(
            "--match",
            metavar="FIELD=VALUE",
            help="incident_id, kind, rota, rule, severity, subject, target, cluster, series.",
        ),
    ] = None,
    hours: Annotated[float, typer.Option("--hours", min=0.1, max=24 * 90, help="How long.")] = 8.0,
    end: Annotated[str | None, typer.Option("--end", metavar="SILENCE", help="End this silence instead.")] = None,
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Send no page for what matches, for a while; or take a silence back. Without either: list those in force."""
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), "veille incidents silence") as client:
        if end:
            rows = [client.delete(f"/v1/silences/{segment(end)}")]
        elif matching:
            expires = datetime.now(UTC) + timedelta(hours=hours)
            wanted = {"matchers": _matchers(matching), "expires_at": expires, "reason": reason}
            rows = [client.post("/v1/silences", wanted)]
        else:
            rows = client.get("/v1/silences", active=True)
    for line in [as_json(rows)] if json else [silence_line(row) for row in rows] or ["There are no active silences."]:
        say(line)


@app.command()
def record(
    incident: Incident,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write INCIDENT.md and INCIDENT.json into this folder.")
    ] = None,
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Write the post-incident report: timeline, decisions, effect, and what was known when."""
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), "veille incidents record") as client:
        path = f"/v1/incidents/{segment(incident)}/record"
        report, text = client.get(path), client.text(f"{path}.md")
    if out is None:
        say(as_json(report) if json else text)
        return
    out.mkdir(parents=True, exist_ok=True)
    name = incident.strip().upper()
    for file, content in ((out / f"{name}.md", text), (out / f"{name}.json", as_json(report))):
        file.write_text(content + "\n", encoding="utf-8")
        say(str(file))


@app.command()
def precision(since: Since = None, data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """How many incidents of each rule were useful, by the dispositions people gave."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille incidents precision") as client:
        rows = client.get("/v1/reports/precision", since=_utc(since))
    for line in [as_json(rows)] if json else precision_lines(rows) or ["No incident has a disposition yet."]:
        say(line)


@app.command()
def handover(since: Since = None, until: Until = None, data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """What a shift leaves to the next; by default the shift under way."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille incidents handover") as client:
        found = client.get("/v1/reports/handover", since=_utc(since), until=_utc(until))
    for line in [as_json(found)] if json else handover_lines(found):
        say(line)


@app.command()
def backtest(since: Since = None, until: Until = None, data_dir: DataDir = None, json: JsonFlag = False) -> None:
    """Count the pages that the policy in veille.toml would have sent over the stored findings, before the page budget."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille incidents backtest") as client:
        found = client.get("/v1/reports/backtest", since=_utc(since), until=_utc(until))
    if json:
        say(as_json(found))
        return
    for name in (
        "policy",
        "since",
        "until",
        "shifts",
        "incidents",
        "pages",
        "critical",
        "digested",
        "budget",
        "quiet_shifts",
    ):
        say(f"{name.replace('_', ' '):13} {found[name]}")
    for rule, pages in found["per_rule"].items():
        say(f"  {rule:20} {pages}")


@app.command("go-live")
def go_live(
    comment: Annotated[str, typer.Option("--comment", "-m", help="Reason; stored in the audit log.")] = "",
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Let a folder that started quiet send: pages, digests, handovers and the heartbeat."""
    from veille.cli.connect import connected

    with connected(settings(data_dir), "veille incidents go-live") as client:
        found = client.post("/v1/go-live", {"comment": comment})
    say(as_json(found) if json else f"This folder sends since {found['known_at']} UTC.")
    note("Make sure that no other folder sends for the same topics: `veille doctor` lists the folders that read them.")


@app.command("test-page")
def try_page(
    channel: Annotated[str, typer.Argument(help="A name under [channels] in veille.toml.")],
    data_dir: DataDir = None,
    json: JsonFlag = False,
) -> None:
    """Send a page that says it is a test, and wait for what the receiver answers."""
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), "veille incidents test-page") as client:
        found = client.post(f"/v1/channels/{segment(channel)}/test", {})
    say(as_json(found) if json else f"{channel}: {found['answer']}")
    note("Check that the page arrived: Veille cannot verify this.")


def _act(data_dir: Path | None, json: bool, action: str, incident: str, **said: Any) -> None:
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), f"veille incidents {action}") as client:
        done = client.post(f"/v1/incidents/{segment(incident)}/{action}", said)
    if json:
        say(as_json(done))
        return
    say("Recorded." if action == "refer" else table([done])[0])


def _matchers(pairs: list[str]) -> dict[str, Any]:
    """`["rule=target-surge"]` → {"rule": "target-surge"}; a field that is named again takes any of its values."""
    found: dict[str, Any] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator or not name or not value:
            raise CommandError(f"--match must be FIELD=VALUE, for example --match rule=target-surge; got {pair!r}")
        known = found.get(name)
        found[name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return found


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at else None
