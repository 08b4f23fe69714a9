"""How much one request, one person and all of them together may ask for."""

from dataclasses import dataclass

KIB = 1024
NESTING = 32
"""Brackets within brackets of a JSON body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """Of all requests together; the settings under [api] and [access] give them.

    body_bytes: of a body, where a route says nothing else. body_seconds: until a body is there in full. requests: under way at once,
    of which requests_each of one person. *_a_minute: of one person, failures of one address.
    """

    body_bytes: int = 32 * KIB
    body_seconds: float = 20.0
    requests: int = 64
    requests_each: int = 16
    queries_each: int = 2
    lookups_a_minute: int = 30
    looks_a_minute: int = 120
    failures_a_minute: int = 1200


@dataclass(frozen=True, slots=True)
class RouteLimits:
    """Of one route. body_bytes: 0 for the usual limit. a_minute: names a field of Limits, '' for no limit of its own."""

    body_bytes: int = 0
    a_minute: str = ""
    each: str = "requests_each"


USUAL = RouteLimits()
ROUTES: dict[tuple[str, str], RouteLimits] = {
    ("POST", "/v1/query"): RouteLimits(512 * KIB, each="queries_each"),
    ("POST", "/v1/samples"): RouteLimits(128 * KIB),
    ("POST", "/v1/lookup"): RouteLimits(8 * KIB, "lookups_a_minute"),
    ("POST", "/v1/audit"): RouteLimits(8 * KIB, "looks_a_minute"),
    ("POST", "/v1/webhooks/pagerduty"): RouteLimits(1024 * KIB),
}
SIGNED = "/v1/webhooks/"
"""Here a signature over the body stands for a token: the body must be read first, by few at a time."""
SIGNED_AT_ONCE = 4


def of(method: str, path: str) -> RouteLimits:
    """The limits of a call."""
    return ROUTES.get((method, path.rstrip("/")), USUAL)
