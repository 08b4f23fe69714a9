"""Whether a broker can be reached at all; asked before a client is set up, which would take long to find out."""

import socket

from veille.config import Kafka
from veille.sources.base import SourceError

_CONNECT_SECONDS = 2.0


def servers(settings: Kafka) -> list[tuple[str, int]]:
    """Host and port of each bootstrap server. Raises SourceError for what is none."""
    found = []
    for entry in settings.bootstrap_servers.split(","):
        host, separator, port = entry.strip().rpartition(":")
        if not separator:
            host, port = entry.strip(), "9092"
        if not host or not port.isdigit():
            raise SourceError("kafka.bootstrap_servers must be host:port, several separated by commas")
        found.append((host.strip("[]"), int(port)))
    return found


def unreachable(settings: Kafka) -> str | None:
    """Why none of the bootstrap servers takes a connection; None where one does (or only a proxy could tell)."""
    if settings.options.get("proxy_url"):
        return None
    reason = "no server is set"
    for host, port in servers(settings):
        try:
            socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
        except socket.gaierror:
            reason = "its name cannot be resolved"
        except TimeoutError:
            reason = "no answer"
        except OSError as error:
            reason = (error.strerror or "no connection").lower()
        else:
            return None
    return reason
