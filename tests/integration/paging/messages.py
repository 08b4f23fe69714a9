"""Messages as the outbox makes them."""

from dataclasses import replace
from datetime import UTC, datetime

from veille.incidents.channels import Message


def page(**changes: object) -> Message:
    now = datetime.now(UTC).replace(tzinfo=None)
    made = Message(
        intent_id="a" * 32,
        key="veille-" + "b" * 32,
        kind="trigger",
        severity="critical",
        rota="abuse",
        title="Surge about T-7K3Q-M2XA-9DFH",
        text="[critical] Surge about T-7K3Q-M2XA-9DFH",
        facts={"incident": "I-3F9A12BC", "kind": "attack", "rule": "first-time-target", "requests": 24, "accounts": 12},
        link="http://127.0.0.1:8501/incidents?incident=" + "b" * 32,
        runbook="http://127.0.0.1:8501/incidents?incident=" + "b" * 32,
        at=now,
        sent_at=now,
    )
    return replace(made, **changes)  # type: ignore[arg-type]
