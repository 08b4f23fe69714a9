"""Nobody can write a row that reads as if Veille, or somebody else, had written it."""

import ast
import re

import pytest
from fastapi.testclient import TestClient

from tests.unit.deploy.paths import ROOT
from veille.access import RESERVED_NAMES, AccessError, actor_header, checked_name, parse_actor
from veille.api.audit import OWN_ACTIONS
from veille.store.database import Database


def as_(name: str, role: str = "viewer", more: str = "") -> dict[str, str]:
    return {"Authorization": "Bearer folder", "X-Veille-Actor": f"{name};{role}{more}"}


def written_by_veille() -> set[str]:
    """First arguments that say an action, of every call that writes to the audit log."""
    found = set()
    for file in (ROOT / "pipelines/veille").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "attr", "") in ("write", "_acting")
                and len(node.args) >= 2
            ):
                action = node.args[1]
                if isinstance(action, ast.Constant) and isinstance(action.value, str):
                    found.add(action.value)
                elif isinstance(action, ast.JoinedStr) and isinstance(action.values[0], ast.Constant):
                    found.add(str(action.values[0].value) + "x")
    return {each for each in found if re.fullmatch(r"[a-z_]+(\.[a-z_]+)?", each)}


def test_what_veille_writes_nobody_else_can(client: TestClient) -> None:
    actions = written_by_veille()
    assert {"target.lookup", "token_create", "letter.read", "cluster.x", "refused_x"} <= actions
    for action in sorted(actions | {f"{own}.read" for own in OWN_ACTIONS if "." not in own}):
        answer = client.post("/v1/audit", headers=as_("Vera"), json={"action": action, "subject": "T-1"})
        assert answer.status_code == 422, action
    assert client.post("/v1/audit", headers=as_("Vera"), json={"action": "target.read"}).status_code == 201


@pytest.mark.parametrize("text", ["a\nb", "a\rb", "a\x1b[2Jb", "a\u2028b", "a\u0085b", "\x00"])
def test_a_look_is_one_line(client: TestClient, text: str) -> None:
    for field in ("subject", "reason"):
        assert client.post("/v1/audit", headers=as_("Vera"), json={"action": "a.b", field: text}).status_code == 422


@pytest.mark.parametrize(
    "name",
    [
        *sorted(RESERVED_NAMES),
        "Veille",
        "VEILLE",
        " veille ",
        "ｖｅｉｌｌｅ",
        "veille:door",
        "ve\u200bille",
        "Local",
        "desk (shared)",
        "x (shared)",
    ],
)
def test_no_person_is_called_as_veille_is(client: TestClient, name: str) -> None:
    with pytest.raises(AccessError):
        checked_name(name)
    quoted = name.encode().hex("%", -1)
    header = "%" + quoted if quoted else ""
    assert client.get("/v1/status", headers=as_(header)).status_code == 400
    new = {"name": name, "roles": ["viewer"]}
    assert client.post("/v1/tokens", headers=as_("Ada", "admin"), json=new).status_code == 409


def test_refusals_are_on_record_in_bounded_form(client: TestClient, database: Database) -> None:
    secret = "T-SECRET-IN-THE-PATH"
    for n in range(200):
        client.get(f"/v1/clusters/{secret}{n}", headers={"Authorization": f"Bearer veille_{secret}{n}"})
        client.get(f"/v1/{secret}{n}?q={secret}", headers=as_("Vera"))
        client.get(f"/v1/clusters/{secret}{n}", headers=as_("Vera"))
    rows = client.get("/v1/audit?limit=1000", headers=as_("Sam", "steward")).json()
    told = [(row["actor"], row["action"], row["subject"], row["reason"]) for row in rows]
    assert ("veille", "refused_401", "GET clusters", "once, by nobody known") in told
    assert ("veille", "refused_403", "GET clusters", "once, by Vera") in told
    assert len(rows) < 20
    assert secret not in str(rows)


def test_who_shares_a_token_acts_but_does_not_decide(client: TestClient) -> None:
    made = client.post(
        "/v1/tokens",
        headers=as_("Ada", "admin"),
        json={"name": "Desk", "roles": ["analyst", "oncall", "steward", "admin"]},
    )
    every = [
        {"Authorization": f"Bearer {made.json()['token']}"},
        as_("floor", "admin", ";shared"),
        as_("desk", "admin"),
    ]
    shared = client.post(
        "/v1/tokens", headers=as_("Ada", "admin"), json={"name": "x", "roles": ["admin"], "shared": True}
    )
    every.append({"Authorization": f"Bearer {shared.json()['token']}"})
    handle = {"platform": "x", "handle": "somebody", "reason": "why"}
    for headers in every:
        for method, path, body in (
            ("POST", "/v1/lookup", handle),
            ("POST", "/v1/clusters/123456/verdict", {"verdict": "confirmed", "reason": "sure"}),
            ("POST", "/v1/samples", {}),
            ("POST", "/v1/samples/1/codes", {}),
            ("GET", "/v1/samples/1", None),
            ("GET", "/v1/deadletters/1", None),
            ("POST", "/v1/audit", {"action": "prompt.reveal"}),
            ("POST", "/v1/tokens", {"name": "y", "roles": ["admin"]}),
            ("POST", "/v1/backup", {"destination": "/tmp/x"}),
        ):
            answer = client.request(method, path, headers=headers, json=body)
            assert (answer.status_code, "share" in answer.text) == (403, True), f"{method} {path}"
        assert client.get("/v1/incidents", headers=headers).status_code == 200
        assert client.post("/v1/audit", headers=headers, json={"action": "target.read"}).status_code == 201
    rows = client.get("/v1/audit?limit=100", headers=as_("Sam", "steward")).json()
    actors = {row["actor"] for row in rows if row["action"] == "target.read"}
    assert actors == {"Desk (shared)", "floor (shared)", "desk (shared)", "x (shared)"}


def test_the_header_says_it_too() -> None:
    assert parse_actor(actor_header("floor", ["oncall"], shared=True)).shared
    assert not parse_actor(actor_header("floor", ["oncall"])).shared
    with pytest.raises(AccessError):
        parse_actor("floor;oncall;admin")
