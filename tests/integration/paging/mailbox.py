"""A real SMTP server (aiosmtpd) with TLS and a login, and what it received."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.integration.paging.ports import free_port
from tests.kafka_certificate import write_certificate

USER, PASSWORD = "veille", "correct horse"


class Mailbox:
    def __init__(self) -> None:
        self.raw: list[bytes] = []
        self.answer = "250 OK"
        self.port = 0
        self.ca_file: Path | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        if self.answer.startswith("250"):
            self.raw.append(envelope.original_content or envelope.content)
        return self.answer

    @property
    def mails(self) -> list[Message]:
        return [message_from_bytes(raw) for raw in self.raw]


@contextmanager
def running_mailbox(folder: Path | None = None) -> Iterator[Mailbox]:
    """Serves until the end of the block; with a folder: STARTTLS with a certificate made there, and a login."""
    box, options = Mailbox(), dict[str, Any]()
    if folder is not None:
        box.ca_file, keystore = folder / "authority.pem", folder / "server.pem"
        write_certificate(box.ca_file, keystore, "127.0.0.1")
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(keystore)
        options = {"tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": _login}
    box.port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=box.port, **options)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def _login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    good = isinstance(login, LoginPassword) and (login.login, login.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=good, handled=False)
