"""Client of the API of `veille run`, for the CLI and the dashboards."""

import json
from pathlib import Path
from typing import Any

import httpx

TIMEOUT_SECONDS = 600.0


class ApiError(Exception):
    """The service refused or cannot be reached: one line with cause and cure."""


class Client:
    """Talks to the service that owns a data folder; its address and token stand in that folder."""

    def __init__(self, data_dir: Path) -> None:
        """Raises ApiError where no service with an API owns the folder."""
        try:
            note = json.loads((data_dir / "owner.json").read_text(encoding="utf-8"))
            address = note["api"]
            token = (data_dir / "api.token").read_text(encoding="ascii").strip()
        except (OSError, ValueError, KeyError):
            raise ApiError(
                f"no running `veille run` found for {data_dir}: start it, or stop what holds the folder"
            ) from None
        self._http = httpx.Client(
            base_url=address,
            headers={"Authorization": f"Bearer {token}"},
            timeout=TIMEOUT_SECONDS,
            trust_env=False,
        )

    def get(self, path: str, **parameters: Any) -> Any:
        """JSON of a GET; parameters that are None are left out."""
        return self._call("GET", path, params={k: v for k, v in parameters.items() if v is not None})

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """JSON of a POST."""
        return self._call("POST", path, json=body)

    def _call(self, method: str, path: str, **arguments: Any) -> Any:
        try:
            response = self._http.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise ApiError(
                f"the service at {self._http.base_url} does not answer ({type(error).__name__}): is it still running?"
            ) from None
        if response.is_error:
            try:
                detail = response.json()["detail"]
            except (ValueError, KeyError, TypeError):
                detail = response.reason_phrase
            raise ApiError(f"the service refused: {detail}")
        return response.json()
