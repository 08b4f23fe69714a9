"""Query packs: a question, the data it was asked of, and the answer, in a form that another machine can check to the byte."""

from veille.research.packs.make import Question, make
from veille.research.packs.model import Pack, PackedParameter
from veille.research.packs.verify import Verdict, verify

__all__ = ["Pack", "PackedParameter", "Question", "Verdict", "make", "verify"]
