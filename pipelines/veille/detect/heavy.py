"""Parts of libraries that take longer to import than all else in a start, imported when they are first used.

Most starts need none of them: a command with few events finds no surge, no group to cut in two and no targets to rank.
"""

from typing import Any


def negative_binomial() -> Any:
    """`scipy.stats.nbinom`."""
    from scipy.stats import nbinom  # noqa: PLC0415  (see above)

    return nbinom


def networks() -> Any:
    """`networkx`."""
    import networkx as nx  # noqa: PLC0415  (see above)

    return nx


def isolation_forest() -> Any:
    """`sklearn.ensemble.IsolationForest`."""
    from sklearn.ensemble import IsolationForest  # noqa: PLC0415  (see above)

    return IsolationForest
