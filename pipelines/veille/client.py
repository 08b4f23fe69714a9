"""Client of the API, for the CLI and the dashboards."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from veille.errors import VeilleError
from veille.reasons import Reason, reason_of

TIMEOUT_SECONDS = 600.0
REFUSED = "the service refused: "
"""How the one line of a refusal begins where a service answered."""


class ApiError(VeilleError):
    """The service refused or cannot be reached: one line with cause and cure. status: HTTP, None where nothing answered.

    answered: the reason that came with the refusal; it is the error's `reason`.
    """

    def __init__(
        self, cause: str, status: int | None = None, *, cure: str = "", answered: Reason | None = None
    ) -> None:
        super().__init__(cause, cure)
        self.reason = answered
        self.status = status


class Client:
    """Talks to the service that owns a data folder; its address and token stand in that folder. Methods raise ApiError."""

    def __init__(
        self,
        data_dir: Path,
        actor: str | None = None,
        *,
        timeout_seconds: float = TIMEOUT_SECONDS,
        address: str | None = None,
        token_file: Path | None = None,
    ) -> None:
        """actor: for whom it acts (`veille.access.actor_header`), by default the folder's owner as admin.

        address, token_file: of a service whose folder is elsewhere. Raises ApiError where no service with an API owns the folder.
        """
        try:
            found = address or json.loads((data_dir / "owner.json").read_text(encoding="utf-8"))["api"]
            token = (token_file or data_dir / "api.token").read_text(encoding="ascii").strip()
        except (OSError, ValueError, KeyError):
            raise ApiError(
                f"no running `veille run` found for {data_dir}",
                cure="start it, or stop the process that uses the folder",
            ) from None
        self._told = REFUSED
        self._http = httpx.Client(
            base_url=found, headers=_headers(token, actor), timeout=timeout_seconds, trust_env=False
        )

    @classmethod
    def within(cls, transport: httpx.BaseTransport, address: str, token: str, actor: str) -> "Client":
        """A client of an API in this process, which is called without a network."""
        client = cls.__new__(cls)
        client._told = ""
        client._http = httpx.Client(base_url=address, headers=_headers(token, actor), transport=transport)
        return client

    def get(self, path: str, **parameters: Any) -> Any:
        """JSON of a GET; parameters that are None are left out, times are sent as RFC 3339."""
        return self._call("GET", path, params=_written({k: v for k, v in parameters.items() if v is not None}))

    def text(self, path: str) -> str:
        """Body of a GET that is no JSON."""
        return self._answer("GET", path).text

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """JSON of a POST; times in `body` are sent as RFC 3339."""
        return self._call("POST", path, json=_written(body))

    def delete(self, path: str) -> Any:
        """JSON of a DELETE."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        return self._answer(method, path, **arguments).json()

    def _answer(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise ApiError(
                f"the service at {self._http.base_url} does not answer ({type(error).__name__}): check that it is running"
            ) from None
        if response.is_error:
            raise ApiError(self._told + _detail(response), response.status_code, answered=_reason(response))
        return response


def _headers(token: str, actor: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | ({} if actor is None else {"X-Veille-Actor": actor})


def _written(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in values.items()}


def _reason(response: httpx.Response) -> Reason | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return reason_of(body.get("reason")) if isinstance(body, dict) else None


def _detail(response: httpx.Response) -> str:
    """The line of a refusal; a list of them where fields were wrong."""
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase
    if not isinstance(detail, list):
        return str(detail)
    return "; ".join(
        ": ".join((*([".".join(map(str, each["loc"]))] if each.get("loc") else []), str(each.get("msg"))))
        for each in detail
    )
