"""`veille estimate FILE.csv`: a share by a model's labels, corrected by people's codes."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from veille.cli.common import CommandError, JsonFlag, counted, note, say

if TYPE_CHECKING:
    import polars as pl

    from veille.detect.estimate.estimate import Estimate
    from veille.detect.estimate.intervals import Share

_POSITIVE = {"1", "1.0", "true", "yes", "y", "oui"}
_NEGATIVE = {"0", "0.0", "false", "no", "n", "non"}
_SHOWN_VALUES = 12


def estimate(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Table of rows: CSV, NDJSON, Parquet or a workbook.")],
    *,
    code: Annotated[str, typer.Option("--code", help="Column of people's codes; empty where nobody coded the row.")],
    model: Annotated[str, typer.Option("--model", help="Column of the model's label, or of its probability (0 to 1).")],
    value: Annotated[
        str | None, typer.Option("--value", help="Value that is counted. Not needed for codes 0/1, true/false, yes/no.")
    ] = None,
    text: Annotated[str | None, typer.Option("--text", help="Column of a text; makes the interval narrower.")] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", help="Column of the kind of row; a kind without codes is refused."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Column of rows that belong together, such as the target.")
    ] = None,
    weight: Annotated[
        str | None,
        typer.Option(
            "--weight", help="Column of 1 / probability that the row was drawn for coding; needed on coded rows."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Estimate how many rows have a value, from a model's labels on all rows and people's codes on a random part.

    Prints three shares with 95 % intervals: the model alone, people alone, and the model corrected by the codes. Rows
    without a code are the rest. Codes must be a random sample (or give --weight); rows chosen because the model was
    unsure are no sample. A figure that the codes do not support is refused, with the reason and the bounds.

    Example: veille estimate answers.csv --code coded --model label --value refusal --text answer --kind topic
    """
    from veille.cli.tables import load
    from veille.detect.estimate import estimate as estimating
    from veille.detect.estimate.frame import build, fold

    table = load(file)
    if table.is_empty():
        raise CommandError(f"{file}: the file has no rows")
    cells = _Cells(file, table)
    coded = cells.of(code)
    known = frozenset(fold(cell) for cell in coded if fold(cell))
    counted_value = value if value is not None else _positive(file, code, known)
    labels = cells.of(model)
    _check_value(file, fold(counted_value), known, labels, coded)
    frame = build(
        labels,
        counted_value,
        known,
        texts=cells.of(text) if text else None,
        kinds=cells.of(kind) if kind else None,
        clusters=cells.of(cluster) if cluster else None,
        weights=cells.weights(weight, coded) if weight else None,
    )
    codes = cells.codes(coded, fold(counted_value))
    result = estimating.estimate(frame, codes)
    if as_json:
        say(json.dumps(_as_object(counted_value, result), ensure_ascii=False))
    else:
        _print(counted_value, result)


class _Cells:
    """Columns of the file as text, None where empty."""

    def __init__(self, file: Path, table: "pl.DataFrame") -> None:
        self._file, self._table = file, table

    def of(self, column: str) -> list[str | None]:
        if column not in self._table.columns:
            has = ", ".join(self._table.columns[:20])
            raise CommandError(f"{self._file}: no column {column}; it has {has}")
        return [_cell(item) for item in self._table[column].to_list()]

    def codes(self, coded: list[str | None], value: str) -> Any:
        import numpy as np

        from veille.detect.estimate.frame import fold

        return np.array([float(fold(cell) == value) if fold(cell) else np.nan for cell in coded])

    def weights(self, column: str, coded: list[str | None]) -> Any:
        import numpy as np

        numbers = np.full(len(coded), np.nan)
        for row, (cell, has_code) in enumerate(zip(self.of(column), coded, strict=True)):
            try:
                numbers[row] = float(cell) if cell else np.nan
            except ValueError:
                raise CommandError(f"{self._file}: row {row + 1:,}: {column} is not a number") from None
            if has_code and not (0 < numbers[row] < float("inf")):
                raise CommandError(f"{self._file}: row {row + 1:,} has a code but no {column} above 0")
        given = numbers[[bool(cell) for cell in coded]]
        if len(given) and not len(coded) / 2 <= given.sum() <= len(coded) * 2:
            note(
                f"{self._file}: {column} of the coded rows adds up to {given.sum():,.0f}, the file has "
                f"{counted(len(coded), 'row')}; a weight is 1 / probability of being drawn for coding. Weights are scaled."
            )
        return numbers


def _cell(item: object) -> str | None:
    if item is None or (isinstance(item, float) and math.isnan(item)):  # NaN of a Parquet file
        return None
    return str(item).strip() or None


def _positive(file: Path, code: str, known: frozenset[str]) -> str:
    found = sorted(known & _POSITIVE)
    if len(found) == 1 and known <= _POSITIVE | _NEGATIVE:
        return found[0]
    if known and known <= _NEGATIVE:
        return {"0": "1", "0.0": "1.0", "false": "true"}.get(min(known), "yes")
    raise CommandError(f"{file}: name the value to count with --value; column {code} has {_listed(list(known))}")


def _check_value(
    file: Path, value: str, known: frozenset[str], labels: list[str | None], coded: list[str | None]
) -> None:
    from veille.detect.estimate.frame import fold, probabilities

    folded = [fold(label) for label in labels]
    if not value:
        raise CommandError(f"{file}: --value is empty")
    if value in known or value in folded or not known:
        return
    if probabilities(folded) is not None and known <= _POSITIVE | _NEGATIVE:
        return
    used = [cell for cell in coded if cell]
    raise CommandError(f"{file}: neither a code nor a label is {value}; codes are {_listed(used)}")


def _listed(values: list[str]) -> str:
    """The values, most frequent first."""
    if not values:
        return "no value"
    names = [name for name, _ in sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))]
    return ", ".join(name[:40] for name in names[:_SHOWN_VALUES]) + (", …" if len(names) > _SHOWN_VALUES else "")


def _as_object(value: str, result: "Estimate") -> dict[str, Any]:
    figures = ("model_alone", "people_alone", "corrected")
    return {
        "value": value,
        "rows": result.rows,
        "codes": result.codes,
        **{name: _share(getattr(result, name)) for name in figures},
        "method": result.method,
        "notes": list(result.notes),
        "kinds": [
            {"kind": one.kind, "rows": one.rows, "codes": one.codes}
            | {name: _share(getattr(one, name)) for name in figures}
            for one in result.kinds
        ],
    }


def _share(share: "Share") -> dict[str, Any]:
    shown = {"value": share.value, "low": share.low, "high": share.high}
    return shown if share.refused is None else shown | {"refused": share.refused}


def _print(value: str, result: "Estimate") -> None:
    say(f"{value}: {counted(result.rows, 'row')}, {counted(result.codes, 'code')}")
    say(f"  model alone   {_words(result.model_alone, 'bounds')}")
    say(f"  people alone  {_words(result.people_alone, '95 %')}")
    say(f"  corrected     {_words(result.corrected, '95 %')}")
    if result.corrected.refused is None:
        say(f"  ({result.method})")
    for line in result.notes:
        say(line)
    for one in result.kinds:
        figures = f"model {_words(one.model_alone, 'bounds')}, corrected {_words(one.corrected, '95 %')}"
        say(f"  {one.kind or '(none)'}: {counted(one.rows, 'row')}, {counted(one.codes, 'code')}: {figures}")


def _words(share: "Share", interval: str) -> str:
    bounds = f"[{share.low:.1%} – {share.high:.1%}]"
    if share.value is None:
        return f"refused: {share.refused}; bounds {bounds}"
    if share.low == share.high:
        return f"{share.value:.1%}"
    return f"{share.value:.1%} {bounds} ({interval})"
