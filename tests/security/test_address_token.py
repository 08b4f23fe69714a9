"""The pages on loopback: whoever holds the printed address, once; and nobody else of this machine, by any way in."""

from typing import Any

import pytest

from dashboards.address_token import AddressTokenCheck
from tests.security.apart import run_apart

TOKEN = "right"
HOST = "127.0.0.1:8501"


class Site:
    """The address token check before pages that answer everything, asked as a browser or an attacker would."""

    def __init__(self) -> None:
        async def pages(scope: Any, _receive: Any, send: Any) -> None:
            if scope["type"] == "websocket":
                await send({"type": "websocket.accept"})
                return
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"pages"})

        self._check = AddressTokenCheck(pages, TOKEN)

    def ask(self, path: str, kind: str = "http", method: str = "GET", **headers: str) -> tuple[Any, dict[str, str]]:
        """Status, or whether a web socket was accepted; and the headers of the answer."""
        sent: list[dict[str, Any]] = []

        async def receive() -> Any:
            return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request", "body": b""}

        async def send(message: Any) -> None:
            sent.append(message)

        place, _, query = path.partition("?")
        given = {"host": HOST} | {name.replace("_", "-"): value for name, value in headers.items()}
        listed = [(name.encode(), value.encode()) for name, value in given.items()]
        scope = {"type": kind, "path": place, "query_string": query.encode(), "headers": listed}
        run_apart(self._check(scope | ({"method": method} if kind == "http" else {}), receive, send))
        first = sent[0]
        if kind == "websocket":
            return first["type"] == "websocket.accept", {}
        return first["status"], {k.decode(): v.decode() for k, v in first["headers"]}

    def enter(self) -> str:
        status, headers = self.ask(f"/?token={TOKEN}")
        assert status == 303
        return headers["set-cookie"].partition(";")[0]


WAYS = [
    "/",
    "/incidents?incident=1",
    "/_stcore/host-config",
    "/_stcore/upload_file/x",
    "/media/x.csv",
    "/static/js/x.js",
    "/component/x",
    "//",
    "/_stcore/health/../x",
    "/oauth2callback",
]


def test_nobody_else_gets_anything() -> None:
    site = Site()
    for path in WAYS:
        for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
            for cookie in ("", "veille_8501=", "veille_8501=x", "veille=x", "veille_8501=right", "_streamlit_xsrf=1"):
                assert site.ask(path, method=method, cookie=cookie)[0] == 403, f"{method} {path} {cookie}"
    assert site.ask("/_stcore/stream", kind="websocket")[0] is False
    assert site.ask(f"/_stcore/stream?token={TOKEN}", kind="websocket")[0] is False
    assert site.ask("/_stcore/health")[0] == 200


def test_the_token_is_exchanged_once() -> None:
    site = Site()
    status, headers = site.ask(f"/targets?range=all&token={TOKEN}&lang=fr")
    assert (status, headers["location"]) == (303, "/targets?range=all&lang=fr")
    name, *attributes = headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} == set(attributes)
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "no-referrer")
    for _ in range(3):  # reload, another tab, a link
        assert site.ask("/targets", cookie=name)[0] == 200
        assert site.ask("/_stcore/stream", kind="websocket", cookie=name, origin=f"http://{HOST}")[0] is True
    assert site.ask(f"/?token={TOKEN}")[0] == 403
    again = site.ask(f"/?token={TOKEN}&a=1", cookie=name)
    assert (again[0], again[1]["location"]) == (303, "/?a=1")
    assert TOKEN not in name


@pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", TOKEN.upper(), "\ud7ff", "%00"])
def test_a_wrong_token_is_none(token: str) -> None:
    site = Site()
    assert site.ask(f"/?token={token}")[0] == 403
    assert site.enter()


@pytest.mark.parametrize(
    ("method", "headers"),
    [("HEAD", {}), ("POST", {}), ("GET", {"sec_purpose": "prefetch;prerender"}), ("GET", {"purpose": "prefetch"})],
)
def test_what_only_looks_ahead_does_not_use_the_token(method: str, headers: dict[str, str]) -> None:
    site = Site()
    assert site.ask(f"/?token={TOKEN}", method=method, **headers)[0] == 403
    assert site.enter()


@pytest.mark.parametrize(
    "origin",
    [
        "http://127.0.0.1:9999",
        "http://localhost:8501",
        "https://evil.example",
        "null",
        "http://127.0.0.1:8501.evil.example",
        "https://127.0.0.1:8501",
    ],
)
def test_another_page_of_this_machine_cannot_use_the_cookie(origin: str) -> None:
    """Cookies know no ports: a browser sends ours along to whatever listens beside us."""
    site = Site()
    cookie = site.enter()
    assert site.ask("/_stcore/stream", kind="websocket", cookie=cookie, origin=origin)[0] is False
    assert site.ask("/_stcore/upload_file/x", method="PUT", cookie=cookie, origin=origin)[0] == 403


@pytest.mark.parametrize("host", ["evil.example:8501", "evil.example", "127.0.0.1.evil.example", "", "10.0.0.1:8501"])
def test_another_name_for_this_machine_is_refused(host: str) -> None:
    site = Site()
    cookie = site.enter()
    assert site.ask("/", cookie=cookie, host=host)[0] == 403
    assert site.ask("/_stcore/stream", kind="websocket", cookie=cookie, host=host)[0] is False


def test_two_servers_do_not_share_a_cookie() -> None:
    one, other = Site(), Site()
    assert other.ask("/", cookie=one.enter())[0] == 403
    assert other.ask(f"/?token={TOKEN}", host="localhost:8502")[1]["set-cookie"].startswith("veille_8502=")


@pytest.mark.parametrize("path", ["//evil.example/", "///evil.example", "/\\evil.example"])
def test_the_way_in_leads_to_no_other_site(path: str) -> None:
    place = Site().ask(f"{path}?token={TOKEN}")[1]["location"]
    assert place.startswith("/")
    assert not place.startswith(("//", "/\\"))


def test_what_is_said_holds_no_script() -> None:
    site = Site()
    status, headers = site.ask('/"><script>alert(1)</script>?a="><script>')
    assert status == 403
    assert "default-src 'none'" in headers["content-security-policy"]
