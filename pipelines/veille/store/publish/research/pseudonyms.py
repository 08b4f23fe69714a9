"""Research pseudonyms: of a release and a role, so that nothing joins two releases, or an account with a target."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal
from uuid import UUID

import pyarrow as pa

from veille.privacy import Key

Role = Literal["account", "target"]


def release_key(key: Key, release: str) -> bytes:
    """The key of one release, derived from the installation's: without that, pseudonyms cannot be followed back."""
    return blake2b(release.encode(), key=key.derive(b"research"), person=b"release", digest_size=32).digest()


def pseudonym(key: bytes, role: Role, identifier: UUID) -> str:
    """32 hex digits, keyed BLAKE2b like Veille's own pseudonyms."""
    return blake2b(identifier.bytes, key=key, person=role.encode(), digest_size=16).hexdigest()


def pseudonym_table(key: bytes, role: Role, identifiers: Iterable[UUID]) -> pa.Table:
    """Columns id (text) and pseudonym (text)."""
    ids = list(identifiers)
    return pa.table(
        {
            "id": pa.array([str(each) for each in ids], pa.string()),
            "pseudonym": pa.array([pseudonym(key, role, each) for each in ids], pa.string()),
        }
    )
