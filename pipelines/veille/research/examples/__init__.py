"""Worked examples: the questions of published studies as SQL, one file each in `sql/research/`."""

from veille.research.examples.binding import bind
from veille.research.examples.header import Example, HeaderColumn, Parameter, parse
from veille.research.examples.held import HeldData
from veille.research.examples.library import example, examples
from veille.research.examples.page import page

__all__ = ["Example", "HeaderColumn", "HeldData", "Parameter", "bind", "example", "examples", "page", "parse"]
