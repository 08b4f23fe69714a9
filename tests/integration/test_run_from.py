"""`veille run --from`: a growing file as the stream of a real process that is killed, without a broker."""

import json
from pathlib import Path
from typing import Any

from tests.integration.runner import Running, wait_until

NOBODY = "127.0.0.1:9"


def post(number: int) -> bytes:
    return (
        json.dumps(
            {
                "id": f"{2_007_379_425_489_846_272 + number}",
                "author": {"id": f"1{number % 5}", "username": f"user{number % 5}"},
                "author_id": f"1{number % 5}",
                "created_at": "2026-01-03T09:12:00Z",
                "text": "@anna @grok change the coat",
                "entities": {"mentions": [{"username": "anna", "id": "21"}, {"username": "grok", "id": "99"}]},
                "edit_history_tweet_ids": ["1"],
                "conversation_id": f"{2_007_379_425_489_846_272 + number}",
            }
        ).encode()
        + b"\n"
    )


def status(service: Running) -> dict[str, Any]:
    _, body = service.api("/v1/status")
    return body if isinstance(body, dict) else {}


def test_a_file_is_followed_over_a_kill(tmp_path: Path) -> None:
    file = tmp_path / "posts.ndjson"
    file.write_bytes(b"".join(post(number) for number in range(30)) + b"no json\n")
    service = Running(tmp_path / "data", NOBODY)
    service.start("--from", str(file))
    try:
        wait_until(lambda: status(service).get("accepted") == 30, "what the file held is taken in")
        assert status(service)["left_out"] == {"unreadable": 1} or status(service)["dead_letters"] == 1
        service.kill()
        with file.open("ab") as end:
            end.write(b"".join(post(number) for number in range(30, 40)))
        service.start("--from", str(file))
        wait_until(lambda: status(service).get("accepted") == 10, "it goes on where it was")
        assert status(service)["duplicates"] == 0
        assert status(service)["faults"] == []
        assert service.stop() == 0
    finally:
        if service.alive:
            service.kill()
