"""Series are numbered in the order in which they are first seen."""

import sys

import numpy as np
import numpy.typing as npt
import polars as pl


class Names:
    """Name ↔ number."""

    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._name: list[str] = []
        self._text_bytes = 0

    def __len__(self) -> int:
        return len(self._name)

    def __getitem__(self, number: int) -> str:
        return self._name[number]

    @property
    def nbytes(self) -> int:
        """Strings, list and dictionary."""
        return self._text_bytes + sys.getsizeof(self._number) + sys.getsizeof(self._name)

    def numbers(self, names: pl.Series) -> npt.NDArray[np.int64]:
        """The number of each name; new names are numbered in sorted order, so that arrival order does not matter."""
        distinct = names.unique().sort().to_list()
        for name in distinct:
            if name not in self._number:
                self._number[name] = len(self._name)
                self._name.append(name)
                self._text_bytes += sys.getsizeof(name)
        return np.array([self._number[name] for name in names.to_list()], dtype=np.int64)
