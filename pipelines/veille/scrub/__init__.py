"""Scrubbing: what a text or a short token may not keep of a person, and how it is recognised.

Knows no key: the caller gives functions that name a person and a token.
"""

from veille.scrub.shadow import reads_as
from veille.scrub.text import Scrubber
from veille.scrub.tokens import CODE, REPLACED, Tokens, parts

__all__ = ["CODE", "REPLACED", "Scrubber", "Tokens", "parts", "reads_as"]
