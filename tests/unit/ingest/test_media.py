import base64
import json
import os

import pytest

from veille.ingest.media import holds_media, worth_a_look


@pytest.mark.parametrize(
    "text",
    [
        "data:image/png;base64,AAAA",
        "DATA:IMAGE/PNG;base64,AAAA",
        "see data:;base64,AAAA",
        "https://host.example/a/b.JPG",
        "https://host.example/a.png?size=1",
        "look: //host.example/clip.mp4 now",
        "host.example/picture.webp",
        "https://host.example/a.jpg#top",
        base64.b64encode(os.urandom(900)).decode(),
    ],
)
def test_media_is_found_wherever_it_stands(text: str) -> None:
    for message in ({"prompt": text}, {"unknown": [{"deep": text}]}, {text: 1}):
        for raw in (json.dumps(message), json.dumps(message).replace("/", "\\/")):
            assert worth_a_look(raw.encode())
            assert holds_media(raw.encode())
    assert holds_media(b'{"prompt": "' + text.encode() + b'"')  # cut off: no JSON, still media


def test_escapes_do_not_hide_media() -> None:
    hidden = b'{"prompt": "https:\\u002f\\u002fhost.example\\u002fa\\u002ejpg"}'
    assert worth_a_look(hidden)
    assert holds_media(hidden)


@pytest.mark.parametrize("magic", [b"\xff\xd8\xff\xe0", b"\x89PNG\r\n", b"GIF89a", b"\0\0\0\x18ftypmp42"])
def test_media_files_themselves_are_found(magic: bytes) -> None:
    assert holds_media(magic + bytes(2000))


@pytest.mark.parametrize(
    "text",
    [
        "https://host.example/page",
        "https://host.example/?q=a.jpg",
        "a.jpg",
        "either/or",
        "my file.png is nice",
        "9.30/10.png"[:4],
    ],
)
def test_other_links_and_words_pass(text: str) -> None:
    assert not holds_media(json.dumps({"prompt": text}).encode())


def test_the_check_is_linear() -> None:
    evil = json.dumps({"prompt": "a." * 30_000 + ".jpg" * 1000}).encode()
    assert holds_media(evil) in {True, False}  # the test's time limit is the assertion
