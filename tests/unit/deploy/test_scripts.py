"""The health check of the images, and the script that makes the key."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.healthcheck import check
from tests.unit.deploy.paths import ROOT
from veille.privacy import load_key


class _Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 503)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_healthy_service_is_healthy_even_with_a_proxy(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert check(port, "/healthz") is None


def test_a_service_that_says_no_is_not(port: int) -> None:
    assert check(port, "/readyz") == f"port {port} answers 503 to /readyz"


def test_a_service_that_is_away_is_not(port: int) -> None:
    script = str(ROOT / "deploy/healthcheck.py")
    done = subprocess.run([sys.executable, script, "1", "/healthz"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "port 1 does not answer: ConnectionRefusedError\n"
    assert subprocess.run([sys.executable, script, str(port), "/healthz"], check=False).returncode == 0


def prepare(key: Path) -> None:
    script = str(ROOT / "deploy/prepare")
    subprocess.run(
        ["bash", script], env={"VEILLE_KEY_FILE": str(key), "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"}, check=True
    )


def test_prepare_makes_a_key_that_veille_takes_and_never_another(tmp_path: Path) -> None:
    file = tmp_path / "secrets" / "pseudonym.key"
    prepare(file)
    key = load_key(file)
    assert file.stat().st_mode & 0o777 == 0o400
    prepare(file)
    assert load_key(file) == key
    assert [path.name for path in file.parent.iterdir()] == ["pseudonym.key"]
