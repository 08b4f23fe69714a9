"""Headline numbers, each with "about this number": definition, n, interval, query and data as of."""

from dataclasses import dataclass

import streamlit as st

from dashboards import words
from dashboards.data import Answer

NO_CHANGE = "no change"


@dataclass(frozen=True, slots=True)
class Tile:
    """One number. label: what is counted, of which request class. value: None while it is being counted.

    delta: change against the period before (a rise is drawn as the worse), None where there is nothing to compare with (then
    `no_delta` says why).
    note: what stands apart, under it. definition, basis: what it means and on how many cases it rests, in Markdown.
    """

    label: str
    value: str
    delta: str | None
    no_delta: str
    note: str
    definition: str
    basis: str
    answer: Answer


def show(tile: Tile) -> None:
    """Draw the tile into the present container."""
    with st.container(border=True, height="stretch", gap="small", vertical_alignment="distribute"):
        with st.container(gap="small"):
            moved = tile.delta not in (None, NO_CHANGE)
            st.metric(
                tile.label,
                tile.value,
                delta=tile.delta or tile.no_delta,
                delta_color="inverse" if moved else "off",
                delta_arrow="auto" if moved else "off",
            )
            st.caption(tile.note)
        with st.popover("About this number", icon=":material/info:", type="tertiary", key=f"about_{tile.label}"):
            _about(tile)


def _about(tile: Tile) -> None:
    st.markdown(f"**{tile.label}**: {tile.definition}")
    st.markdown(tile.basis)
    st.caption(f"Data as of {words.moment(tile.answer.as_of)}. Values of this query:")
    values = (f"${name} = {'null' if value is None else value}" for name, value in tile.answer.parameters.items())
    st.code("\n".join(values), language=None)
    st.code(tile.answer.sql, language="sql", height=320)


def change(now: int, before: int) -> str | None:
    """Relative change as text: `+12.3 %`; None where there was nothing before."""
    if before == 0:
        return None
    return _signed(100 * (now - before) / before, "%")


def points(now: float | None, before: float | None) -> str | None:
    """Difference of two shares in percentage points: `-1.2 points`; None where one is missing."""
    return None if now is None or before is None else _signed(100 * (now - before), "points")


def _signed(amount: float, unit: str) -> str:
    return NO_CHANGE if abs(amount) < 0.05 else f"{amount:+,.1f} {unit}"
