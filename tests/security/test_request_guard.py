"""What the API takes: who calls is known first, bodies are small and flat, nobody asks without end."""

import asyncio
import json
import time
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from tests.security.apart import run_apart
from veille.access import TokenFile
from veille.api.access import Access, AccessRefusedError
from veille.api.guard import Refusals, RequestGuard, RequestLimits
from veille.api.guard.body import check
from veille.api.guard.limits import NESTING
from veille.api.guard.rates import Rate
from veille.api.guard.refusals import KEYS, ROWS_A_MINUTE, Refusal

FOLDER = {"Authorization": "Bearer folder", "X-Veille-Actor": "Ann;analyst"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def paths(app: FastAPI) -> list[tuple[str, str]]:
    found = app.openapi()["paths"]
    return [(m.upper(), p) for p, methods in found.items() for m in methods if p.startswith("/v1") and m != "get"]


class Untouched:
    """A body that must not be read."""

    def __iter__(self) -> Any:
        raise AssertionError("the body was read before the caller was known")


def test_nobody_known_is_answered_before_the_body_is_read(app: FastAPI) -> None:
    """By every route that takes a body, and by paths that there are not."""
    for method, path in [*paths(app), ("POST", "/v1/nothing"), ("PUT", "/v1"), ("POST", "/v1/")]:
        if path.startswith("/v1/webhooks/"):
            continue  # a signature is over the body
        for headers in (
            {},
            {"authorization": "Bearer veille_x"},
            {"authorization": "Basic Zm9sZGVyOg=="},
            {"authorization": "Bearer"},
        ):
            assert _status(app, method, path, headers) == 401, f"{method} {path} {headers}"


def _status(app: FastAPI, method: str, path: str, headers: dict[str, str]) -> int:
    sent: list[dict[str, Any]] = []
    read = 0

    async def receive() -> dict[str, Any]:
        nonlocal read
        read += 1
        assert any(message["type"] == "http.response.body" for message in sent), "the body was read first"
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1",
        "headers": [(b"host", b"localhost"), *((k.encode(), v.encode()) for k, v in headers.items())],
        "client": ("127.0.0.1", 1), "server": ("localhost", 80), "scheme": "http", "root_path": "",
    }  # fmt: skip
    run_apart(app(scope, receive, send))
    return int(next(message["status"] for message in sent if message["type"] == "http.response.start"))


def test_every_body_is_bounded(app: FastAPI, client: TestClient) -> None:
    for method, path in paths(app):
        body = b'{"x": "' + b"a" * (1 << 20) + b'"}'
        answer = client.request(method, path, headers=FOLDER, content=body)
        assert answer.status_code == 413, f"{method} {path}"
        streamed = client.request(
            method, path, headers=FOLDER, content=iter([body[i : i + 65536] for i in range(0, len(body), 65536)])
        )
        assert streamed.status_code == 413, f"{method} {path}"


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"b":[', '{"sql":"SELECT 1","parameters":{"a":['])
def test_deep_json_is_refused_whatever_it_is_made_of(client: TestClient, opening: str) -> None:
    for method, path in (("POST", "/v1/query"), ("POST", "/v1/samples"), ("POST", "/v1/audit"), ("POST", "/v1/lookup")):
        answer = client.request(method, path, headers=FOLDER, content=(opening * 200).encode())
        assert (answer.status_code, "nested" in answer.text) == (422, True)


@given(JSON)
def test_ordinary_json_passes(value: Any) -> None:
    body = json.dumps(value)
    depth = most = 0
    inside = escaped = False
    for each in body:  # the slow reading, character by character
        if inside:
            inside, escaped = (escaped or each != '"'), (each == "\\" and not escaped)
        elif each == '"':
            inside = True
        else:
            depth += (each in "[{") - (each in "]}")
            most = max(most, depth)
    refused = most > NESTING
    assert (_refusal(body.encode()) is not None) == refused


@given(st.binary(max_size=300))
def test_no_body_is_too_odd_to_look_at(body: bytes) -> None:
    refused = _refusal(body)
    assert refused is None or refused.status == 422


def _refusal(body: bytes) -> AccessRefusedError | None:
    try:
        check(body)
    except AccessRefusedError as error:
        return error
    return None


@pytest.mark.parametrize(
    "body", [b'"\\"' * 10_000, b'"' * 30_000, b"\\" * 30_000, b'"\\' * 15_000, b"[" * 500_000, b'["\\"' * 20_000]
)
def test_looking_through_a_body_takes_no_time(body: bytes) -> None:
    started = time.thread_time()
    with suppress(AccessRefusedError):
        check(body)
    assert time.thread_time() - started < 0.5


@pytest.mark.parametrize("half", ['"\\ud800"', '"a\\udfff"', '["x","\\uD83D"]', '{"\\udc00":1}'])
def test_half_a_character_is_refused_in_every_body(app: FastAPI, client: TestClient, half: str) -> None:
    for method, path in paths(app):
        if not path.startswith(("/v1/webhooks/", "/v1/lookup")):
            answer = client.request(method, path, headers=FOLDER, content=f'{{"reason": {half}}}'.encode())
            assert (answer.status_code, "half a character" in answer.text) == (422, True), f"{method} {path}"


def test_a_whole_character_in_two_escapes_passes() -> None:
    check(b'"\\ud83d\\ude00"')


def test_look_ups_and_audit_lines_are_rated_by_person(
    client: TestClient, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("veille.api.guard.guard.Rate", partial(Rate, clock=lambda: 0.0))  # made at the first request
    handle = {"platform": "x", "handle": "somebody", "reason": "asked by her"}
    statuses = [client.post("/v1/lookup", headers=FOLDER, json=handle).status_code for _ in range(40)]
    assert statuses.count(200) == 30
    assert statuses[-1] == 429
    assert int(client.post("/v1/lookup", headers=FOLDER, json=handle).headers["Retry-After"]) >= 1
    other = FOLDER | {"X-Veille-Actor": "Bea;analyst"}
    assert client.post("/v1/lookup", headers=other, json=handle).status_code == 200
    look = {"action": "target.read"}
    statuses = [client.post("/v1/audit", headers=FOLDER, json=look).status_code for _ in range(130)]
    assert 120 <= statuses.count(201) < 130
    assert counted.count("429") >= 10


def test_failures_are_rated_and_a_known_token_still_enters(app: FastAPI, tmp_path: Any) -> None:
    async def inside(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    counted: list[str] = []
    guard = RequestGuard(
        inside,
        Access("folder", TokenFile(tmp_path / "none")),
        RequestLimits(failures_a_minute=5),
        Refusals(counted.append),
    )
    statuses = [_status(guard, "GET", "/v1/status", {"authorization": "Bearer x"}) for _ in range(9)]  # type: ignore[arg-type]
    assert statuses == [401] * 5 + [429] * 4
    assert counted == [str(status) for status in statuses]
    assert _status(guard, "GET", "/v1/other", {"authorization": "Bearer x"}) == 429  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "headers",
    [
        [("authorization", "Bearer folder"), ("authorization", "Bearer folder")],
        [("authorization", "Bearer folder"), ("authorization", "Bearer x")],
    ],
)
def test_two_tokens_are_none(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(AccessRefusedError) as refused:
        Access("folder").caller([value for _, value in headers], [])
    assert refused.value.status == 401


def test_two_names_are_none(client: TestClient) -> None:
    twice = [("Authorization", "Bearer folder"), ("X-Veille-Actor", "Ann;viewer"), ("X-Veille-Actor", "Ann;admin")]
    assert client.get("/v1/status", headers=twice).status_code == 400
    empty = {"Authorization": "Bearer folder", "X-Veille-Actor": ""}
    assert client.get("/v1/status", headers=empty).status_code == 400


@given(st.lists(st.floats(0, 30), max_size=200), st.integers(1, 60))
def test_a_rate_is_never_passed(gaps: list[float], a_minute: int) -> None:
    now = 0.0
    rate, granted = Rate(a_minute, lambda: now), []
    for gap in gaps:
        now += gap
        if rate.take("a") == 0.0:
            granted.append(now)
    for start in granted:
        assert sum(start <= at < start + 60 for at in granted) <= 2 * a_minute


class Kept:
    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []

    def write(self, *row: Any) -> None:
        self.rows.append(row)


@given(st.lists(st.tuples(st.sampled_from([401, 403, 429, 413]), st.text(max_size=3)), max_size=400))
def test_the_record_of_refusals_is_bounded_and_complete(tried: list[tuple[int, str]]) -> None:
    now, kept, counted = 0.0, Kept(), list[str]()
    refusals = Refusals(counted.append, kept, lambda: now)
    for status, name in tried:
        if refusals.add(Refusal(status, "GET", "status", name)):
            refusals.tell()
    assert len(kept.rows) <= ROWS_A_MINUTE
    assert len(counted) == len(tried)
    for _ in range(KEYS):
        now += 61.0
        refusals.tell()
    told = sum(1 if row[3].startswith("once") else int(row[3].split(" ")[0].replace(",", "")) for row in kept.rows)
    assert told == sum(status != 413 for status, _ in tried)


def test_one_person_does_not_take_all_room(tmp_path: Any) -> None:
    """Requests that never end: of one person so many, of all together so many."""
    tokens = TokenFile(tmp_path / "tokens.json")
    own = {name: tokens.create(name, ["viewer"]) for name in ("ann", "bea", "cia")}
    statuses: list[int] = []

    async def ask(guard: RequestGuard, name: str) -> None:
        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        async def receive() -> Any:
            return {"type": "http.request", "body": b""}

        headers = [(b"authorization", f"Bearer {own[name]}".encode())]
        await guard(
            {"type": "http", "method": "GET", "path": "/v1/status", "headers": headers, "client": ("::1", 1)},
            receive,
            send,
        )

    async def main() -> None:
        release = asyncio.Event()

        async def inside(scope: Any, receive: Any, send: Any) -> None:
            await release.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        guard = RequestGuard(inside, Access("folder", tokens), RequestLimits(requests=5, requests_each=2), Refusals())
        under_way = [asyncio.create_task(ask(guard, name)) for name in ("ann", "ann", "bea", "bea", "cia")]
        await asyncio.sleep(0.05)
        for name, wanted in (("ann", 503), ("cia", 503)):
            await ask(guard, name)
            assert statuses[-1] == wanted
        release.set()
        await asyncio.gather(*under_way)
        again = [asyncio.create_task(ask(guard, "ann")) for _ in range(2)]
        await asyncio.gather(*again)
        assert statuses[-2:] == [200, 200]

    run_apart(main())
