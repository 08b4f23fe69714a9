"""What a broker says last is read before the end of the connection; kafka-python uses our sockets."""

import select
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka.net.inet import KafkaNetSocket

from veille.sources.base import SourceError
from veille.sources.kafka_sockets import DirectSockets, PlainSocket, TlsSocket, with_sockets


@pytest.fixture
def ended() -> Iterator[tuple[socket.socket, PlainSocket]]:
    """The server's and the client's side of a connection."""
    made = DirectSockets().socket(socket.AF_INET)
    with socket.create_server(("127.0.0.1", 0)) as server, made as client:
        client.connect(server.getsockname())
        client.setblocking(False)
        accepted, _ = server.accept()
        with accepted:
            yield accepted, client


def readable(client: socket.socket) -> None:
    assert select.select([client], [], [], 10)[0], "nothing arrives"


def test_last_words_come_before_the_end(ended: tuple[socket.socket, PlainSocket]) -> None:
    server, client = ended
    server.sendall(b"wrong password")
    server.close()
    readable(client)
    assert client.recv(4096) == b"wrong password"
    with pytest.raises(BlockingIOError):
        client.recv(4096)
    readable(client)
    assert client.recv(4096) == b""
    assert client.recv(4096) == b"", "the end stays"


def test_a_connection_that_only_ends_says_so_at_once(ended: tuple[socket.socket, PlainSocket]) -> None:
    server, client = ended
    server.close()
    readable(client)
    assert client.recv(4096) == b""


def test_a_reset_after_data_is_told_one_read_later(ended: tuple[socket.socket, PlainSocket]) -> None:
    server, client = ended
    client.sendall(b"unread, so that closing resets the connection")
    readable(server)
    server.sendall(b"bye")
    readable(client)
    assert client.recv(4096) == b"bye"
    server.close()
    readable(client)
    with pytest.raises(BlockingIOError):
        client.recv(4096)
    assert client.recv(4096) == b""


def test_kafka_python_makes_our_sockets() -> None:
    plain = with_sockets({"security_protocol": "PLAINTEXT"})
    assert isinstance(KafkaNetSocket(plain["proxy_url"]), DirectSockets)
    assert "ssl_context" not in plain
    secure = with_sockets({"security_protocol": "SASL_SSL", "ssl_check_hostname": False})
    context = secure["ssl_context"]
    assert context.sslsocket_class is TlsSocket
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert not context.check_hostname
    assert with_sockets({"proxy_url": "socks5://proxy:1080"})["proxy_url"] == "socks5://proxy:1080"


def test_certificates_that_are_none_stop_with_one_line(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate", encoding="ascii")
    with pytest.raises(SourceError, match=r"TLS failed .*ssl_cafile"):
        with_sockets({"security_protocol": "SSL", "ssl_cafile": str(file)})
