"""Every kind of channel that the settings know can be opened, is documented, and says in one line that its receiver is not there."""

import re
from datetime import datetime
from typing import Any, get_args

import pytest

from tests.unit.deploy.paths import ROOT
from veille.config.channels import Channel
from veille.incidents.channels import UndeliveredError, open_channel
from veille.incidents.channels.message import Message

KINDS = {get_args(kind.model_fields["type"].annotation)[0]: kind for kind in get_args(get_args(Channel)[0])}
NOON = datetime(2026, 1, 10, 12)
SECRET = "planted-secret"
NOBODY: dict[str, Any] = {
    "url": f"http://127.0.0.1:1/{SECRET}", "urls": f"json://127.0.0.1:1/{SECRET}", "host": "127.0.0.1", "port": 1,
    "sender": "a@example.org", "recipients": ["b@example.org"], "security": "none",
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_it_is_documented_with_what_it_needs(name: str) -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| `{name}` \| .*\| (.*) \|$", text, re.MULTILINE)
    assert row, f"docs/operations.md has no row for {name}"
    needed = [key for key, field in KINDS[name].model_fields.items() if field.is_required() and key != "type"]
    assert [key for key in needed if f"`{key}`" not in row[1]] == []


@pytest.mark.parametrize("name", KINDS)
def test_it_says_that_nobody_is_there_without_its_secrets(name: str) -> None:
    fields = {
        key: NOBODY.get(key, SECRET)
        for key, field in KINDS[name].model_fields.items()
        if field.is_required() or key in NOBODY
    }
    channel = open_channel(KINDS[name].model_validate({**fields, "type": name}), 2)
    with pytest.raises(UndeliveredError) as told:
        channel.send(page())
    channel.close()
    assert SECRET not in str(told.value)
    assert "\n" not in str(told.value)


def page() -> Message:
    return Message(
        intent_id="i1", key="k1", kind="trigger", severity="critical", rota="abuse", title="An attack", text="An attack.", facts={},
        link="http://127.0.0.1:8501", runbook=None, at=NOON, sent_at=NOON,
    )  # fmt: skip
