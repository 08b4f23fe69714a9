"""Short tokens (names of collections, generators, models, sources, codes): kept or replaced whole, never changed inside."""

import re
from collections.abc import Callable, Collection

from veille.scrub.text import Scrubber

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,127}")
"""A free text of this form (one word) is a code and is treated as a token."""
REPLACED = re.compile(r"c-[0-9A-HJKMNP-TV-Z]{8}")
"""What stands for a replaced token."""

_VERSION = re.compile(r"@(?=v?\d{1,6}(?:\.\d{1,6}){0,3}(?![A-Za-z0-9_@.-]))")
_SEGMENT = re.compile(r"[/ :@+]+")
_WORD = re.compile(r"[^A-Za-z0-9]+")
_CACHED = 10_000


class Tokens:
    """Decides about tokens; a replaced one is always replaced by the same keyed token."""

    def __init__(self, token: Callable[[str], str], allowed: Collection[str] = ()) -> None:
        """token: value → keyed token (`c-7K3QM2XA`). allowed: values that are never replaced ([privacy] tokens)."""
        self._token = token
        self._allowed = frozenset(allowed)
        self._known: dict[str, str] = {}
        self._reads = Scrubber(lambda _platform, _handle: "", any_host=False)

    def __call__(self, value: str) -> str:
        """The value, or its keyed token where it holds a handle, an address, a link or a number of seven or more digits."""
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _CACHED:
                self._known.clear()
            known = self._known[value] = self.replaced(value) if self.reveals(value) else value
        return known

    def reveals(self, value: str) -> bool:
        """Whether the value may name or reach a person. `name@1.2` is a version, not an address."""
        if value in self._allowed or REPLACED.fullmatch(value):
            return False
        plain = _VERSION.sub("-", value)
        return self._reads.exact(plain) != plain

    def replaced(self, value: str) -> str:
        """The keyed token for a value that must not be kept, whatever it holds."""
        return value if value in self._allowed else self._token(value)


def parts(value: str) -> set[str]:
    """The pieces of a token that may be an id, in lower case."""
    folded = value.lower()
    return {folded, *_SEGMENT.split(folded), *_WORD.split(folded), folded.rpartition("/")[2]}
