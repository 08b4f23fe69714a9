"""A file that only the holder of a private key can read: what an encrypted backup is made of.

A fresh key encrypts the file in parts of 1 MiB (XSalsa20-Poly1305); it stands at the file's head, sealed for a public key
(libsodium sealed box). The nonce of a part is its number and whether it is the last one, so that no part can be changed, moved, left out
or cut off unnoticed. Memory does not depend on the file's size.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox
from nacl.utils import random

from veille.store.errors import StoreError

MAGIC = b"veille-sealed-1\n"
PART = 1 << 20
_KEY_BYTES = SecretBox.KEY_SIZE + 48
_TAG = 16


def seal_file(source: Path, destination: Path, public_key: str) -> None:
    """Write the encrypted copy. Raises StoreError for a public key that is none, OSError where there is no room."""
    try:
        box = SealedBox(PublicKey(bytes.fromhex(public_key)))
    except (ValueError, TypeError, CryptoError):
        raise StoreError(
            "the public key of backups is not 64 hex digits",
            "set [store] backup_public_key; `veille vault keygen` makes a pair",
        ) from None
    key = random(SecretBox.KEY_SIZE)
    with source.open("rb") as plain, destination.open("wb") as sealed:
        sealed.write(MAGIC + box.encrypt(key))
        for number, part, last in _parts(plain, PART):
            sealed.write(SecretBox(key).encrypt(part, _nonce(number, last=last)).ciphertext)


def open_file(source: Path, destination: Path, private_key: str) -> None:
    """Write the file as it was. Raises StoreError where the key is another one or the file was damaged or cut."""
    with source.open("rb") as sealed, destination.open("wb") as plain:
        if sealed.read(len(MAGIC)) != MAGIC:
            raise StoreError(f"{source} is not an encrypted file of Veille", "check the path of the backup")
        box = SecretBox(_file_key(sealed.read(_KEY_BYTES), private_key, source))
        for number, part, last in _parts(sealed, PART + _TAG):
            try:
                plain.write(box.decrypt(part, _nonce(number, last=last)))
            except CryptoError:
                raise StoreError(
                    f"{source} is damaged or incomplete (part {number + 1})",
                    "use another copy of this backup, or an earlier backup",
                ) from None


def _file_key(sealed: bytes, private_key: str, source: Path) -> bytes:
    try:
        return bytes(SealedBox(PrivateKey(bytes.fromhex(private_key.strip()))).decrypt(sealed))
    except (CryptoError, ValueError, TypeError):
        raise StoreError(
            f"this private key does not open {source}",
            "use the key whose public part was [store] backup_public_key when the backup was made (64 hex digits)",
        ) from None


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(SecretBox.NONCE_SIZE - 1, "big") + bytes([last])


def _parts(file: BinaryIO, size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes, and whether it is the last; an empty file has one empty part."""
    number, part = 0, file.read(size)
    while True:
        following = file.read(size)
        yield number, part, not following
        if not following:
            return
        number, part = number + 1, following
