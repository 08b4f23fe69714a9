"""POST to a receiver, with its answers sorted into delivered, try again, refused."""

from collections.abc import Mapping
from contextlib import suppress

import httpx

from veille.incidents.channels.base import DeliveryRefusedError, UndeliveredError

_AGAIN = (408, 425, 429)


class Poster:
    """A connection to one address. What it raises never holds the address: a path may be a secret."""

    def __init__(self, url: str, timeout: float, headers: Mapping[str, str] | None = None) -> None:
        self._url = url
        self._client = httpx.Client(timeout=timeout, headers=dict(headers or {}), follow_redirects=False)

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Raises UndeliveredError for an outage or an overload, RefusedError for what repeating cannot mend."""
        content = {"Content-Type": "application/json", **(headers or {})}
        try:
            response = self._client.post(self._url, content=body, headers=content)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise UndeliveredError(f"cannot be reached ({type(error).__name__})", maybe_delivered=False) from None
        except httpx.HTTPError as error:
            raise UndeliveredError(f"did not answer ({type(error).__name__})", maybe_delivered=True) from None
        except httpx.InvalidURL:
            raise DeliveryRefusedError("its url is invalid") from None
        if response.status_code in _AGAIN or response.is_server_error:
            late = response.is_server_error  # a gateway may answer 502 after the receiver has taken it
            raise UndeliveredError(
                f"answered {response.status_code}", maybe_delivered=late, retry_after=_retry_after(response)
            )
        if not response.is_success:
            raise DeliveryRefusedError(f"refused with {response.status_code}")
        return response

    def close(self) -> None:
        self._client.close()


def _retry_after(response: httpx.Response) -> float | None:
    with suppress(ValueError):
        return min(3600.0, max(0.0, float(response.headers.get("retry-after", ""))))
    return None
