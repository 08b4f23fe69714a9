"""`veille doctor`."""

import json
from typing import Annotated

import typer

from veille.cli.common import CommandError, DataDir, JsonFlag, say, settings

_MARKS = {"ok": "ok  ", "warning": "warn", "fault": "FAIL"}


def doctor(
    data_dir: DataDir = None,
    offline: Annotated[bool, typer.Option("--offline", help="Skip the checks of broker and topics.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Check configuration, key, disk, database, broker, topics and versions, and say how to mend each."""
    from veille.service.doctor import diagnose

    findings = diagnose(settings(data_dir), offline=offline)
    if as_json:
        say(json.dumps([finding.__dict__ for finding in findings]))
    else:
        for finding in findings:
            say(f"{_MARKS[finding.state]}  {finding.subject:14} {finding.what}")
            if finding.cure:
                say(f"      {'':14} → {finding.cure}")
    faults = sum(finding.state == "fault" for finding in findings)
    if faults:
        raise CommandError(f"{faults} of {len(findings)} checks failed")
