"""Which catalogues a role may ask, and who sees whose queries."""

from collections.abc import Iterable

from veille.access import Role
from veille.reasons import reason
from veille.research.gateway.errors import QueryRefused

CATALOGUES = ("analyst", "research")
_BOTH: frozenset[Role] = frozenset({"analyst", "steward", "admin"})
_ALL_QUERIES: frozenset[Role] = frozenset({"steward", "admin"})


def allowed_catalogues(roles: Iterable[Role]) -> tuple[str, ...]:
    """Analysts ask both catalogues, researchers the research one; who is neither, none."""
    held = frozenset(roles)
    if held & _BOTH:
        return CATALOGUES
    return ("research",) if "researcher" in held else ()


def require_catalogue(catalogue: str, roles: Iterable[Role]) -> None:
    """Raises QueryRefused with the way to get the right."""
    if catalogue not in CATALOGUES:
        raise QueryRefused(reason("query.no_catalogue", wanted=str(catalogue), catalogue=" / ".join(CATALOGUES)))
    allowed = allowed_catalogues(roles)
    if catalogue in allowed:
        return
    if allowed:
        raise QueryRefused(reason("query.other_catalogue", allowed=allowed[0], catalogue=catalogue))
    raise QueryRefused(reason("query.no_role"))


def sees_all(roles: Iterable[Role]) -> bool:
    """Whether these roles see, and may end, everybody's queries."""
    return bool(frozenset(roles) & _ALL_QUERIES)
