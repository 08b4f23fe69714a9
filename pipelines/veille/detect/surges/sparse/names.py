"""Series are numbered in the order in which they are first seen; the number of one that was let go is given again."""

import sys
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt

from veille.detect.surges.sparse.params import SparseParams

PRESSED = 320  # bins of silence, more than the longest window, after which a series may go when there are too many
ROOM = 0.95  # of the most that are kept: what is left after some had to go


Name = TypeVar("Name", str, tuple[str, str])


class NameTable(Generic[Name]):
    """Name ↔ number. Numbers are below `size`; those not in use belong to nobody."""

    def __init__(self) -> None:
        self._number: dict[Name, int] = {}
        self._name: list[Name | None] = []
        self._free: list[int] = []
        self._text_bytes = 0

    def __len__(self) -> int:
        """Names that are known now."""
        return len(self._number)

    def __getitem__(self, number: int) -> Name:
        """Raises KeyError where nobody has the number."""
        name = self._name[number]
        if name is None:
            raise KeyError(number)
        return name

    def number(self, name: Name) -> int:
        """The number of a name, given at first sight."""
        if name not in self._number:
            self._add(name)
        return self._number[name]

    @property
    def size(self) -> int:
        """One more than the largest number ever given."""
        return len(self._name)

    @property
    def nbytes(self) -> int:
        """Strings, lists and dictionary."""
        lists = sys.getsizeof(self._name) + sys.getsizeof(self._free)
        return self._text_bytes + sys.getsizeof(self._number) + lists

    def numbers(self, names: list[Name]) -> npt.NDArray[np.int64]:
        """The number of each name; new names are numbered in sorted order, so that arrival order does not matter."""
        for name in sorted({name for name in names if name not in self._number}):
            self._add(name)
        return np.fromiter(map(self._number.__getitem__, names), dtype=np.int64, count=len(names))

    def _add(self, name: Name) -> None:
        if self._free:
            number = self._free.pop()
            self._name[number] = name
        else:
            number = len(self._name)
            self._name.append(name)
        self._number[name] = number
        self._text_bytes += sys.getsizeof(name)

    def numbered(self) -> list[int]:
        """Numbers in use, in the order in which they were given."""
        return list(self._number.values())

    def known(self, names: list[Name]) -> set[Name]:
        """Those of `names` that have a number."""
        return {name for name in names if name in self._number}

    def drop(self, numbers: list[int]) -> None:
        """Let names go; their numbers are given to later ones, the last one dropped first."""
        for number in numbers:
            name = self[number]
            del self._number[name]
            self._text_bytes -= sys.getsizeof(name)
            self._name[number] = None
            self._free.append(number)

    def undo(self, names: list[Name]) -> None:
        """Take back the numbers that these names were just given, as if they had never been asked for."""
        self.drop([self._number[name] for name in sorted(names, reverse=True)])


def idle(
    last: npt.NDArray[np.int32], counts: npt.NDArray[np.float64], now: int, live: int, params: SparseParams
) -> npt.NDArray[np.int64]:
    """Numbers that may be given up: silent for `forget` bins; and, beyond `max_series`, the least mentioned of the rest.

    last: newest bin of each number, negative where it belongs to nobody. counts: decayed counts. live: numbers in use.
    """
    used = last >= 0
    silent = used & (last < now - params.forget)
    surplus = live - int(np.count_nonzero(silent)) - int(ROOM * params.max_series)
    if live <= params.max_series or surplus <= 0:
        return np.flatnonzero(silent).astype(np.int64)
    others = np.flatnonzero(used & ~silent & (last < now - PRESSED))
    least = others[np.argsort(counts[others], kind="stable")[:surplus]]
    return np.sort(np.concatenate([np.flatnonzero(silent), least])).astype(np.int64)
