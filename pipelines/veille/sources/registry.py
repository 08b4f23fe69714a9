"""Messages framed as Confluent does (a zero byte, the schema's number, the content), read by the schemas of a registry.

https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format
"""

import io
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec
import structlog

from veille.config import Registry
from veille.errors import VeilleError
from veille.sources.base import SourceError

log = structlog.get_logger(__name__)

FRAME_BYTES = 5
TIMEOUT_SECONDS = 5.0
MOST_SCHEMAS = 10_000
_Read = Callable[[bytes], Any]
_encode = msgspec.json.Encoder().encode


class RegistryAwayError(VeilleError):
    """The registry does not answer now; the same call may succeed later. The message says why."""


def is_framed(message: bytes) -> bool:
    """Whether a message begins as Confluent frames it."""
    return len(message) > FRAME_BYTES and message[0] == 0


class SchemaRegistry:
    """Reads framed messages. Schemas never change, so each is asked for once. Used by one thread."""

    def __init__(self, settings: Registry, client: httpx.Client | None = None) -> None:
        auth = None
        if settings.user is not None:
            auth = httpx.BasicAuth(settings.user, settings.password.get_secret_value() if settings.password else "")
        self._url = settings.url
        self._client = client or httpx.Client(timeout=TIMEOUT_SECONDS, auth=auth, follow_redirects=True)
        self._known: dict[int, _Read | None] = {}

    def unframed(self, message: bytes) -> bytes | None:
        """The content as JSON; None where it cannot be read by its schema, or the registry does not have that.

        Raises RegistryAwayError for an outage that may pass; SourceError for what does not pass by itself.
        """
        number = int.from_bytes(message[1:FRAME_BYTES], "big")
        if number not in self._known:
            if len(self._known) >= MOST_SCHEMAS:
                self._known.clear()
            self._known[number] = self._reader_or_none(number)
        read = self._known[number]
        if read is None:
            return None
        try:
            return _encode(read(message[FRAME_BYTES:]))
        except Exception:  # noqa: BLE001  libraries of formats raise anything for a content that does not fit
            return None

    def close(self) -> None:
        self._client.close()

    def _reader_or_none(self, number: int) -> _Read | None:
        try:
            return self._reader(number)
        except VeilleError:
            raise
        except Exception as error:  # noqa: BLE001  libraries of formats raise anything for a schema that is none
            log.warning("a schema of the registry cannot be read", schema=number, cause=type(error).__name__)
            return None

    def _reader(self, number: int) -> _Read | None:
        found = self._ask(f"schemas/ids/{number}")
        if found is None:
            return None
        kind = str(found.get("schemaType") or "AVRO")
        if kind == "JSON":
            return msgspec.json.Decoder().decode
        if kind == "AVRO":
            return self._avro(found)
        if kind == "PROTOBUF":
            return self._protobuf(number, found)
        raise SourceError(f"the schema registry has a schema of the unknown kind {kind[:40]}")

    def _avro(self, found: Mapping[str, Any]) -> _Read:
        try:
            from fastavro import parse_schema, schemaless_reader  # noqa: PLC0415  an extra
        except ImportError:
            raise SourceError("a topic holds Avro, which needs fastavro: pip install 'veille[registry]'") from None
        named: dict[str, Any] = {}
        for schema in [*self._references(found), found]:
            parsed = parse_schema(json.loads(str(schema["schema"])), named_schemas=named)
        return lambda content: schemaless_reader(io.BytesIO(content), parsed, None)

    def _protobuf(self, number: int, found: Mapping[str, Any]) -> _Read:
        try:
            from veille.sources.protobuf import reader  # noqa: PLC0415  an extra
        except ImportError:
            raise SourceError("a topic holds Protobuf, which needs protobuf: pip install 'veille[registry]'") from None
        serialized = self._ask(f"schemas/ids/{number}?format=serialized") or found
        references = {
            str(each["name"]): str((self._ask(f"{_version(each)}?format=serialized") or each)["schema"])
            for each in self._listed(found)
        }
        return reader(str(serialized["schema"]), references)

    def _references(self, found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """Schemas that this one names, each after those that it names itself."""
        schemas: list[Mapping[str, Any]] = []
        for reference in self._listed(found):
            named = self._ask(_version(reference))
            if named is None:
                raise SourceError(
                    f"the schema registry does not have {reference.get('subject')}, which a schema refers to"
                )
            schemas += [*self._references(named), named]
        return schemas

    @staticmethod
    def _listed(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        return [each for each in found.get("references") or [] if isinstance(each, dict)]

    def _ask(self, path: str) -> Mapping[str, Any] | None:
        """What the registry answers; None where it does not have that."""
        if self._url is None:
            raise SourceError(
                "a topic holds messages framed for a schema registry, and none is named", "set kafka.registry.url"
            )
        try:
            answer = self._client.get(f"{self._url.rstrip('/')}/{path}")
        except httpx.HTTPError as error:
            raise RegistryAwayError(f"{type(error).__name__}") from None
        if answer.status_code in (401, 403):
            raise SourceError(
                f"the schema registry refuses us (HTTP {answer.status_code})",
                "check kafka.registry.user and VEILLE_KAFKA__REGISTRY__PASSWORD",
            )
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise RegistryAwayError(f"it answers HTTP {answer.status_code}")
        try:
            body = answer.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or "schema" not in body:
            raise SourceError("what kafka.registry.url names does not answer as a schema registry", "check the address")
        return body


def _version(reference: Mapping[str, Any]) -> str:
    return f"subjects/{reference.get('subject')}/versions/{reference.get('version')}"
