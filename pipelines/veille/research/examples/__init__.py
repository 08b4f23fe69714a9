"""Worked examples: the questions of published studies as SQL, one file each in `sql/research/`."""

from veille.research.examples.binding import bind
from veille.research.examples.header import Column, Example, Parameter, parse
from veille.research.examples.held import Held
from veille.research.examples.library import example, examples
from veille.research.examples.page import page

__all__ = ["Column", "Example", "Held", "Parameter", "bind", "example", "examples", "page", "parse"]
