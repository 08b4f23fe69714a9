"""Query packs: a question, the data it was asked of, and the answer, in a form that another machine can check to the byte."""

from veille.research.packs.make import PackQuery, make
from veille.research.packs.model import Pack, PackedParameter
from veille.research.packs.verify import PackVerdict, verify

__all__ = ["Pack", "PackQuery", "PackVerdict", "PackedParameter", "make", "verify"]
