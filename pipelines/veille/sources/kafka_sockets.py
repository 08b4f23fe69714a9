"""Sockets for kafka-python, by what it lets a caller choose: the scheme of `proxy_url`, and `ssl_context`.

kafka-python 3.0 reads until a socket is empty and drops what it read where the connection has ended meanwhile; a broker's last
message, such as "wrong password", often arrives together with the end. These sockets report the end one read later.
"""

import errno
import socket
import ssl
from collections.abc import Mapping
from typing import Any

from kafka.net.inet import KafkaNetSocket

from veille.sources import cures
from veille.sources.base import SourceError

DIRECT = "direct"
"""Scheme of a connection without a proxy."""


class _EndLater:
    """Where a read has given data, the next one does not report the end but says that there is nothing more for now."""

    _gave = False

    def recv(self, size: int = 1024, flags: int = 0) -> bytes:
        gave, self._gave = self._gave, False
        try:
            received: bytes = super().recv(size, flags)  # type: ignore[misc]
        except (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except OSError as error:
            if gave:
                raise BlockingIOError(errno.EAGAIN, "the end is reported by the next read") from error
            raise
        if not received and gave:
            raise BlockingIOError(errno.EAGAIN, "the end is reported by the next read")
        self._gave = bool(received)
        return received


class PlainSocket(_EndLater, socket.socket):
    pass


class TlsSocket(_EndLater, ssl.SSLSocket):
    pass


class DirectSockets(KafkaNetSocket):  # type: ignore[misc]
    """What kafka-python makes its sockets with where `proxy_url` has our scheme."""

    SCHEMES = (DIRECT,)

    def socket(
        self, family: int = socket.AF_UNSPEC, sock_type: int = socket.SOCK_STREAM, proto: int = socket.IPPROTO_TCP
    ) -> PlainSocket:
        return PlainSocket(family, sock_type, proto)


def with_sockets(options: Mapping[str, Any]) -> dict[str, Any]:
    """A client's options, with our sockets. A proxy that is set stays, with kafka-python's own plain sockets.

    Raises SourceError for certificates that cannot be loaded.
    """
    chosen = dict(options)
    if not chosen.get("proxy_url") and not chosen.get("socks5_proxy"):
        chosen["proxy_url"] = f"{DIRECT}://"
    if str(chosen.get("security_protocol", "")).endswith("SSL") and chosen.get("ssl_context") is None:
        chosen["ssl_context"] = _context(chosen)
    return chosen


def _context(options: Mapping[str, Any]) -> ssl.SSLContext:
    """What the options named ssl_* say, as kafka-python documents them."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.check_hostname = options.get("ssl_check_hostname", True)
    context.sslsocket_class = TlsSocket
    try:
        if options.get("ssl_cafile"):
            context.load_verify_locations(options["ssl_cafile"])
        else:
            context.load_default_certs()
        if options.get("ssl_certfile"):
            context.load_cert_chain(options["ssl_certfile"], options.get("ssl_keyfile"), options.get("ssl_password"))
        if options.get("ssl_crlfile"):
            context.load_verify_locations(options["ssl_crlfile"])
            context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF
    except OSError as error:
        cause = getattr(error, "reason", None) or error.strerror or type(error).__name__
        raise SourceError(cures.TLS.format(cause=cause.lower().replace("_", " "))) from None
    return context
