"""What is known of every row before anyone codes it, as numbers."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cells = Sequence[str | None]

# Prior spread of each group of coefficients. The share of all rows is left free, a label counts more than a kind, and
# a label within a kind as much as both together: a model errs on some kinds and not on others. Set once, by the mean
# error on six pairs of model and label and kept for all.
FREE, LABEL, KIND, LABEL_IN_KIND, TEXT = 10.0, 0.7, 0.35, 0.5, 0.6
MOST_KINDS = 100  # kinds beyond the most frequent ones share one column
LONGEST_LABEL_WORDS = 3
BANDS = (0.1, 0.5, 0.9)  # of a probability: a model is often wrong in one range and right in another


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """The rows. `model`: 1, 0 or a probability that a row has the value, NaN where it has no readable label.

    `design`: a row of figures for the regression. `kinds`, `clusters`: numbers of groups; `weights`: 1 ÷ the
    probability that a row was drawn for coding, NaN where unknown.
    """

    model: Floats
    design: Floats
    kinds: Ints | None = None
    kind_names: tuple[str, ...] = ()
    clusters: Ints | None = None
    weights: Floats | None = None

    def __len__(self) -> int:
        return len(self.model)

    def part(self, rows: npt.NDArray[np.bool_]) -> "Frame":
        """The frame of these rows alone; kinds keep their numbers."""
        return Frame(
            model=self.model[rows],
            design=self.design[rows],
            kinds=None if self.kinds is None else self.kinds[rows],
            kind_names=self.kind_names,
            clusters=None if self.clusters is None else self.clusters[rows],
            weights=None if self.weights is None else self.weights[rows],
        )


def build(
    labels: Cells,
    value: str,
    known: frozenset[str],
    *,
    texts: Cells | None = None,
    kinds: Cells | None = None,
    clusters: Cells | None = None,
    weights: Floats | None = None,
) -> Frame:
    """A frame from cells of text. `value` is what is counted, `known` are the values that people use (folded).

    Labels are compared without regard to case and outer spaces. A label that nobody uses and that has more than
    three words is unreadable (a model that answered instead of judging) and counts as missing. Labels that are all
    numbers in [0, 1], some of them in between, are probabilities. A missing kind is a kind of its own; a row without
    cluster is one by itself.
    """
    model, bands = _read_labels(labels, fold(value), known)
    kind_numbers, names = _numbered(kinds) if kinds is not None else (None, ())
    parts = [np.full((len(labels), 1), FREE), LABEL * _columns(bands)]
    if kind_numbers is not None:
        common = np.minimum(kind_numbers, MOST_KINDS)
        pairs = common * (int(bands.max(initial=0)) + 1) + bands
        parts += [KIND * _columns(common), LABEL_IN_KIND * _columns(pairs)]
    if texts is not None:
        from veille.detect.estimate.text import text_features  # noqa: PLC0415  (half a second to import; rows without text need none)

        parts.append(TEXT * text_features(texts))
    return Frame(
        model=model,
        design=np.hstack(parts),
        kinds=kind_numbers,
        kind_names=names,
        clusters=_clusters(clusters) if clusters is not None else None,
        weights=weights,
    )


def fold(cell: str | None) -> str:
    """A cell as values are compared: outer spaces and case do not count."""
    return (cell or "").strip().casefold()


def _read_labels(labels: Cells, value: str, known: frozenset[str]) -> tuple[Floats, Ints]:
    """The model's figure of each row, and the group of labels that a row stands in (missing is a group)."""
    folded = [fold(label) for label in labels]
    numbers = probabilities(folded)
    if numbers is not None:
        return numbers, np.where(np.isnan(numbers), len(BANDS) + 1, np.searchsorted(BANDS, numbers)).astype(np.int64)
    used = known | {value}
    readable = [label if label in used or 0 < len(label.split()) <= LONGEST_LABEL_WORDS else "" for label in folded]
    groups, _ = _numbered([label or None for label in readable])
    return np.array([np.nan if not label else float(label == value) for label in readable]), groups


def probabilities(labels: list[str]) -> Floats | None:
    """The labels as probabilities, NaN where empty; None where they are labels of classes."""
    try:
        numbers = np.array([float(label) if label else np.nan for label in labels])
    except ValueError:
        return None
    given = numbers[~np.isnan(numbers)]
    between = bool(len(given)) and given.min() >= 0 and given.max() <= 1 and bool(((given > 0) & (given < 1)).any())
    return numbers if between else None


def _numbered(cells: Cells) -> tuple[Ints, tuple[str, ...]]:
    """Groups from 0, the most frequent first, equals by name; an empty cell is a group named ''."""
    words = [(cell or "").strip() for cell in cells]
    order = [name for name, _ in sorted(Counter(words).items(), key=lambda item: (-item[1], item[0]))]
    place = {name: number for number, name in enumerate(order)}
    return np.array([place[word] for word in words], dtype=np.int64), tuple(order)


def _clusters(cells: Cells) -> Ints:
    numbers, names = _numbered(cells)
    if "" in names:
        alone = numbers == names.index("")
        numbers[alone] = len(names) + np.arange(int(alone.sum()))
    return numbers


def _columns(groups: Ints) -> Floats:
    """One column for each group that occurs, 1 for the rows in it."""
    return np.asarray(groups[:, None] == np.unique(groups)[None, :], dtype=np.float64)
