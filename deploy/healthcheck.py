"""Container health check: exit status 0 where a local HTTP address answers 200, else 1 with one line.

    python healthcheck.py PORT PATH

The standard library only, and no proxy: a proxy of the environment must not be asked for the container's own address.
"""

import http.client
import sys

TIMEOUT_SECONDS = 5.0


def check(port: int, path: str, timeout: float = TIMEOUT_SECONDS) -> str | None:
    """None where http://127.0.0.1:`port``path` answers 200 in time, else what it did instead."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return f"port {port} does not answer: {type(error).__name__}"
    finally:
        connection.close()
    return None if status == 200 else f"port {port} answers {status} to {path}"


def main() -> int:
    problem = check(int(sys.argv[1]), sys.argv[2])
    if problem:
        sys.stderr.write(problem + "\n")
    return 1 if problem else 0


if __name__ == "__main__":
    sys.exit(main())
