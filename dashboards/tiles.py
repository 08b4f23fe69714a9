"""Headline numbers, each with "about this number": definition, n, interval, query and data as of."""

from dataclasses import dataclass

import streamlit as st

from dashboards import figures, words
from dashboards.data import QueryRows
from dashboards.texts import t


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One number. label: what is counted, of which request class.

    delta: change against the same hours before, None where there is nothing to compare with (then `no_delta` says why); interval: of that
    change, in words; certain: whether the interval leaves out no change: only then has the change a colour, a rise that of the worse.
    note: what stands apart, under it. definition, basis: what it means and on how many cases it rests, in Markdown.
    """

    label: str
    value: str
    delta: str | None
    no_delta: str
    note: str
    definition: str
    basis: str
    answer: QueryRows
    interval: str | None = None
    certain: bool = False


def show(tile: Tile) -> None:
    """Draw the tile into the present container."""
    with st.container(border=True, height="stretch", gap="small", vertical_alignment="distribute"):
        with st.container(gap="small"):
            moved = tile.delta not in (None, t("tiles.no_change"))
            st.metric(
                tile.label,
                tile.value,
                delta=tile.delta or tile.no_delta,
                delta_color="inverse" if moved and tile.certain else "off",
                delta_arrow="auto" if moved else "off",
                delta_description=tile.interval if tile.delta else None,
            )
            st.caption(tile.note)
        with st.popover(t("tiles.about"), icon=":material/info:", type="tertiary", key=f"about_{tile.label}"):
            about(tile.answer, tile.label, tile.definition, tile.basis)


def about(answer: QueryRows, label: str, definition: str, basis: str) -> None:
    """What "about this number" tells: definition, n and interval, age of the data, the query with its values."""
    st.markdown(f"**{label}**: {definition}")
    st.markdown(basis)
    st.caption(t("tiles.as_of", at=words.moment(answer.as_of)))
    values = (f"${name} = {'null' if value is None else value}" for name, value in answer.parameters.items())
    st.code("\n".join(values), language=None)
    st.code(answer.sql, language="sql", height=320)


def change(now: float, before: float) -> str | None:
    """Relative change as text: `+12.3 %`; None where there was nothing before."""
    if before == 0:
        return None
    return _signed(figures.derived(100 * (now - before) / before, "change", now), "%")


def points(now: float | None, before: float | None) -> str | None:
    """Difference of two shares in percentage points: `-1.2 points`; None where one is missing."""
    return (
        None
        if now is None or before is None
        else _signed(figures.derived(100 * (now - before), "points", now), t("tiles.points"))
    )


def _signed(amount: float, unit: str) -> str:
    return t("tiles.no_change") if abs(amount) < 0.05 else f"{words.signed(amount)} {unit}"
