"""`veille clusters list|show|confirm|reject|reopen|export`: on the folder, or through the service that owns it."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, say, settings

app = typer.Typer(
    no_args_is_help=True, help="Clusters of accounts that act together: read the evidence and record verdicts."
)

ClusterId = Annotated[str, typer.Argument(metavar="ID", help="Cluster ID, or a unique prefix of it.")]
Reason = Annotated[str, typer.Option("--reason", help="Reason; stored with the verdict and in the audit log.")]


@app.command("list")
def list_command(
    data_dir: DataDir = None,
    tier: Annotated[str | None, typer.Option("--tier", help="validated or possible.")] = None,
    verdict: Annotated[str | None, typer.Option("--verdict", help="open, confirmed or rejected.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of entries.")] = 100,
    as_json: JsonFlag = False,
) -> None:
    """List clusters, the most lately active first. A cluster is a hypothesis with an error rate, not a verdict."""
    from veille.cli.connect import connected

    for name, value, known in (
        ("--tier", tier, ("validated", "possible")),
        ("--verdict", verdict, ("open", "confirmed", "rejected")),
    ):
        if value is not None and value not in known:
            raise typer.BadParameter(f"{name} is {' or '.join(known)}")
    with connected(settings(data_dir), "veille clusters") as client:
        rows = client.get("/v1/clusters", tier=tier, verdict=verdict, limit=limit)
    if as_json:
        say(json.dumps(rows, default=str))
        return
    for row in rows:
        say(
            f"{row['cluster_id'][:12]}  {row['tier']:<9}  {row['state']:<7}  {row['verdict']:<9}  {row['accounts']:>4} accounts"
            f"  {row['targets']:>3} targets  {str(row['born_at'])[:16]} to {str(row['last_active_at'])[:16]}"
        )
    if not rows:
        say("No clusters.")


@app.command()
def show(cluster_id: ClusterId, data_dir: DataDir = None, as_json: JsonFlag = False) -> None:
    """Show one cluster: members, targets, evidence and what speaks against it. Pseudonyms only, prompts masked."""
    found = _described(cluster_id, data_dir)
    say(json.dumps(found, default=str) if as_json else "\n".join(_lines(found)))


@app.command()
def confirm(cluster_id: ClusterId, *, reason: Reason, data_dir: DataDir = None) -> None:
    """Say that these accounts act together. Audited."""
    _judge(cluster_id, "confirmed", reason, data_dir)


@app.command()
def reject(cluster_id: ClusterId, *, reason: Reason, data_dir: DataDir = None) -> None:
    """Say that they do not, or that it is no abuse. The verdict stays with the cluster, also when it returns. Audited."""
    _judge(cluster_id, "rejected", reason, data_dir)


@app.command()
def reopen(cluster_id: ClusterId, *, reason: Reason, data_dir: DataDir = None) -> None:
    """Take a verdict back. Audited."""
    _judge(cluster_id, "open", reason, data_dir)


@app.command()
def export(
    cluster_id: ClusterId,
    *,
    out: Annotated[Path, typer.Option("--out", help="GEXF file to write, for Gephi.")],
    data_dir: DataDir = None,
) -> None:
    """Write a cluster's graph for Gephi: pseudonyms with roles, pairs with co-actions, expected, p and whether a test supports them.

    Example: veille clusters export 4da798f6 --out cluster.gexf
    """
    import polars as pl

    from veille.detect.coordination.graph import write_gexf

    found = _described(cluster_id, data_dir)
    if not found["edges"]:
        raise CommandError("this cluster has no pairs to export")
    pairs = pl.DataFrame(found["edges"]).with_columns(weight=pl.col("co_actions"), cluster_tier=pl.lit(found["tier"]))
    members = pl.DataFrame([{"account_id": m["account_id"], "role": m["role"]} for m in found["members"]])
    named = members.with_columns(cluster_id=pl.lit(found["cluster_id"]), tier=pl.lit(found["tier"]))
    write_gexf(pairs, named, out)
    say(f"{len(members)} accounts, {len(pairs)} pairs: {out}")


def _described(cluster_id: str, data_dir: Path | None) -> dict[str, Any]:
    from veille.cli.connect import connected, segment

    with connected(settings(data_dir), "veille clusters") as client:
        found: dict[str, Any] = client.get(f"/v1/clusters/{segment(cluster_id)}")
    return found


def _judge(cluster_id: str, verdict: str, reason: str, data_dir: Path | None) -> None:
    from veille.cli.connect import connected, segment

    if not reason.strip():
        raise typer.BadParameter("--reason must not be empty")
    judged = {"verdict": verdict, "reason": reason.strip()}
    with connected(settings(data_dir), "veille clusters", publish=True) as client:
        name = client.post(f"/v1/clusters/{segment(cluster_id)}/verdict", judged)["cluster_id"]
    say(f"{name[:12]}: {verdict}")


_FOUND_BY = {"short": "the sliding window", "long": "the long window", "far": "a look over months"}


def _found_by(found: dict[str, Any]) -> list[str]:
    """The look that found it first; clusters of an earlier version of Veille do not say."""
    if found.get("found_by") is None:
        return []
    since, until = (str(found[name])[:16].replace("T", " ") for name in ("found_since", "found_until"))
    return [f"Found first by {_FOUND_BY[found['found_by']]}: mentions of {since} to {until} UTC"]


def _lines(found: dict[str, Any]) -> list[str]:
    evidence = found["evidence"] or {}
    lines = [
        f"Cluster {found['cluster_id']}: {found['tier']}, {found['state']}, verdict {found['verdict']}",
        f"{found['accounts']} accounts, {found['targets']} targets; {found['born_at']} to {found['last_active_at']} UTC",
        f"p {found['p_value']:.2g} (probability of any such cluster without coordination)",
        *_found_by(found),
        *_looks(evidence),
    ]
    answers = [f"{count} {outcome}" for outcome, count in sorted(evidence.get("answers", {}).items())]
    lines += [f"Answers to their requests: {', '.join(answers)}"] if answers else []
    lines += [
        f"{'Evidence against' if each['weighs'] else 'Checked'}: {each['kind'].replace('_', ' ')}, {each['text']} {each['measure']:.2f}"
        for each in evidence.get("counter_evidence", ())
    ]
    standing = [m for m in found["members"] if m.get("standing", m["until"] is None)]
    lines += [
        f"  {_short(m['account_id'], 'account')}  {m['role']}, since {str(m['since'])[:16]}{_rule(m)}" for m in standing
    ]
    lines += [
        f"  {_short(t['target_id'], 'target')}  {t['by_members']} of {t['burden']} mentions, by {t['accounts']} accounts"
        for t in evidence.get("targets", ())
    ]
    lines += [f"  {str(h['happened_at'])[:16]} {h['event']}" for h in found["history"]]
    return lines + [
        f"  {str(v['decided_at'])[:16]} {v['verdict']} by {v['actor']}: {v['reason']}" for v in found["verdicts"]
    ]


def _looks(evidence: dict[str, Any]) -> list[str]:
    """What the look that supported the cluster most saw, and the latest one; each with its period."""
    latest = evidence.get("latest", {})
    shown = {"Strongest look": (evidence, evidence.get("period")), "Latest look": (latest, latest.get("look"))}
    return [
        f"{name}{_during(period)}: {told['observed']} co-actions, {told['expected']:.2f} expected by chance, of "
        f"{told.get('supported_pairs', 0)} supported pairs; {told.get('seen_pairs', 0)} pairs only seen together; "
        f"{told.get('accounts', 0)} accounts"
        for name, (told, period) in shown.items()
        if "observed" in told
    ]


def _during(period: dict[str, str] | None) -> str:
    return f", {_minute(period['since'])} to {_minute(period['until'])} UTC" if period else ""


def _minute(text: str) -> str:
    return text[:16].replace("T", " ")


_RULES = {
    "pair": "a pair of its own (q {value:.2g}; at most {rate:.0%} of such pairs are false)",
    "cluster_test": "the cluster test (p {value:.2g}; chance of any false cluster in a run at most {rate:.0%})",
    "joined": "joining (q {value:.2g}; at most {rate:.0%} of those who join are false)",
    "candidate": "a cluster that is only possible",
}


def _rule(member: dict[str, Any]) -> str:
    """By which rule a member belongs; nothing where that was not recorded."""
    if member.get("rule") not in _RULES:
        return ""
    return "; by " + _RULES[member["rule"]].format(value=member["rule_value"] or 0.0, rate=member["error_rate"] or 0.0)


def _short(pseudonym: str, role: Any) -> str:
    from veille.privacy import short

    return short(UUID(pseudonym), role)
