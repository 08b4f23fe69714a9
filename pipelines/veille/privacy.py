"""Pseudonyms, the installation's key, sealed originals and encrypted dead letters.

A pseudonym is a keyed BLAKE2b (RFC 7693, a MAC in its own right) of platform and id, 128 bit, with the kind of id as
BLAKE2's personalisation: without the key nobody can test a guess, and the same text as a person and as a post never
meet. It is chosen over HMAC-SHA-256 because it is a third of the time at the same strength.
"""

import os
import secrets
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import count
from pathlib import Path
from typing import Literal
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox

from veille.errors import VeilleError

KEY_BYTES = 32
Space = Literal["person", "mention", "generation", "moderation", "post", "media", "report"]
"""Kinds of ids. People (accounts, targets, handles) share one case-folded space."""

Role = Literal["account", "target", "person"]
_PREFIX: dict[Role, str] = {"account": "A-", "target": "T-", "person": ""}
_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SHORT_CACHE = 100_000
_DIGITS_OF_A_NUMBER = 7


class PseudonymKeyError(VeilleError):
    """The pseudonym key is missing, malformed or another one than the data's: one line with cause and cure."""


def short(pseudonym: UUID | str, role: Role = "person") -> str:
    """Twelve Crockford base32 characters for screens, such as `T-7K3Q-M2XA-9DFH`."""
    number = UUID(str(pseudonym)).int >> 68
    text = "".join(_CROCKFORD[number >> shift & 31] for shift in range(55, -1, -5))
    return f"{_PREFIX[role]}{text[:4]}-{text[4:8]}-{text[8:]}"


def short_bits(text: str) -> int:
    """The leading 60 bits of the pseudonym of which `text` is the short form without a role. Raises ValueError for other text."""
    bits = 0
    for letter in text.replace("-", ""):
        bits = bits << 5 | _CROCKFORD.index(letter)
    return bits


def fold_person(person: str) -> str:
    """One spelling for a person: no leading @, NFKC, case-folded."""
    bare = person.strip().removeprefix("@")
    return bare.lower() if bare.isascii() else unicodedata.normalize("NFKC", bare).casefold()


@dataclass(frozen=True, slots=True)
class Key:
    """The installation's secret of 32 bytes; everything else is derived from it."""

    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.fingerprint})"

    def derive(self, purpose: bytes) -> bytes:
        return blake2b(b"veille", key=self.secret, person=purpose, digest_size=KEY_BYTES).digest()

    @property
    def fingerprint(self) -> str:
        """Sixteen hex digits that tell two keys apart and reveal neither."""
        return self.derive(b"fingerprint")[:8].hex()


def parse_key(text: str, where: str) -> Key:
    """A key from 64 hex digits. Raises PseudonymKeyError naming `where` it stood, never its text."""
    try:
        secret = bytes.fromhex(text.strip())
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise PseudonymKeyError(f"the pseudonym key in {where} is not 64 hex digits", "restore it from your backup")
    return Key(secret)


def load_key(file: Path, inline: str | None = None, *, create: bool = False) -> Key:
    """The key from `inline` (the environment) or its file; `create` makes a new 0600 file at the first start."""
    if inline is not None:
        return parse_key(inline, "VEILLE_PRIVACY__KEY")
    if create and not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_hex(KEY_BYTES) + "\n")
            handle.flush()
            os.fsync(handle.fileno())
    try:
        return parse_key(file.read_text(encoding="ascii"), str(file))
    except FileNotFoundError:
        raise PseudonymKeyError(
            f"no pseudonym key: neither VEILLE_PRIVACY__KEY nor {file} exists; restore it from your backup"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PseudonymKeyError(
            f"cannot read the pseudonym key {file}: {getattr(error, 'strerror', None) or 'not a text file'}"
        ) from None


class Pseudonymiser:
    """Replaces ids by pseudonyms (16 bytes), column by column; hashes each distinct id of a column once."""

    def __init__(self, key: Key, *, keep_originals: bool = False) -> None:
        self._key = key.derive(b"pseudonyms")
        self._short: dict[tuple[str, str], str] = {}
        self._originals: dict[bytes, tuple[Space, str]] | None = {} if keep_originals else None

    def take_originals(self) -> dict[bytes, tuple[Space, str]]:
        """Pseudonym → (space, "platform<TAB>id") of all columns since the last call; for the vault only."""
        taken, self._originals = self._originals or {}, {}
        return taken

    def one(self, space: Space, platform: str, identifier: str) -> bytes:
        """The pseudonym of one id."""
        text = fold_person(identifier) if space == "person" else identifier
        return blake2b(f"{platform}\0{text}".encode(), key=self._key, person=space.encode(), digest_size=16).digest()

    def column(self, space: Space, platforms: Sequence[str], ids: Sequence[str | None]) -> list[bytes | None]:
        """Pseudonyms of a column; None stays None."""
        if len(set(platforms)) == 1:
            platform = platforms[0]
            found: dict[str | None, bytes] = {
                each: self.one(space, platform, each) for each in set(ids) if each is not None
            }
            self._keep_originals(space, (((platform, each), new) for each, new in found.items()))
            return list(map(found.get, ids))
        pairs = list(zip(platforms, ids, strict=True))
        known = {pair: self.one(space, pair[0], pair[1]) for pair in set(pairs) if pair[1] is not None}
        self._keep_originals(space, known.items())
        return [known.get(pair) for pair in pairs]

    def _keep_originals(self, space: Space, found: Iterable[tuple[tuple[str, str | None], bytes]]) -> None:
        if self._originals is not None:
            self._originals |= {new: (space, f"{platform}\t{original}") for (platform, original), new in found}

    def unique_column(self, space: Space, platforms: Iterable[str], ids: Iterable[str]) -> list[bytes]:
        """Pseudonyms of a column in which nearly every id is new (event ids)."""
        key, person = self._key, space.encode()
        return [
            blake2b(f"{platform}\0{identifier}".encode(), key=key, person=person, digest_size=16).digest()
            for platform, identifier in zip(platforms, ids, strict=True)
        ]

    def short_person(self, platform: str, person: str) -> str:
        """Short pseudonym of a person, as it stands in scrubbed text (veille.scrub)."""
        known = self._short.get((platform, person))
        if known is None:
            if len(self._short) >= _SHORT_CACHE:
                self._short.clear()
            known = self._short[platform, person] = short(UUID(bytes=self.one("person", platform, person)))
        return known

    def token(self, value: str) -> str:
        """What stands for a short token that must not be kept: `c-` and eight characters, the same for the same value.

        Never seven digits or more, so that it is not taken for a number when it is looked at again.
        """
        for attempt in count():
            digest = blake2b(f"{attempt}\0{value}".encode(), key=self._key, person=b"token", digest_size=5).digest()
            number = int.from_bytes(digest)
            text = "".join(_CROCKFORD[number >> shift & 31] for shift in range(35, -1, -5))
            if sum(map(str.isdigit, text)) < _DIGITS_OF_A_NUMBER:
                return f"c-{text}"
        raise AssertionError  # count() does not end


class LetterBox:
    """Encrypts dead letters' raw messages under a key derived from the installation's (XSalsa20-Poly1305)."""

    def __init__(self, key: Key) -> None:
        self._box = SecretBox(key.derive(b"dead letters"))
        self._key = key.derive(b"letter ids")

    def encrypt(self, raw: bytes) -> bytes:
        return bytes(self._box.encrypt(raw))

    def decrypt(self, sealed: bytes) -> bytes:
        """Raises PseudonymKeyError where the key is another one than the letter's."""
        try:
            return bytes(self._box.decrypt(sealed))
        except CryptoError:
            raise PseudonymKeyError("this dead letter was encrypted under another pseudonym key") from None

    def letter_id(self, source: str, partition: int, position: int, raw: bytes) -> bytes:
        """16 bytes that name one message at one place, so that reading it again adds no second letter."""
        digest = blake2b(key=self._key, digest_size=16)
        digest.update(f"{source}\0{partition}\0{position}\0".encode())
        digest.update(raw)
        return digest.digest()


def vault_keypair() -> tuple[str, str]:
    """A new (private, public) key pair for the vault, in hex."""
    private = PrivateKey.generate()
    return bytes(private).hex(), bytes(private.public_key).hex()


def seal(public_key: str, original: str) -> bytes:
    """Seal an original so that only the vault's private key opens it (libsodium sealed box)."""
    return bytes(SealedBox(PublicKey(bytes.fromhex(public_key))).encrypt(original.encode()))


def unseal(private_key: str, sealed: bytes) -> str:
    """Open a sealed original. Raises PseudonymKeyError for a wrong or malformed private key."""
    try:
        return SealedBox(PrivateKey(bytes.fromhex(private_key.strip()))).decrypt(sealed).decode()
    except (CryptoError, ValueError, TypeError):
        raise PseudonymKeyError(
            "the private key does not open this vault entry: check that it is the right key (64 hex digits)"
        ) from None
