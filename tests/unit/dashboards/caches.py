"""What Streamlit keeps from one opened page to the next."""

from collections.abc import Iterator

import pytest
import streamlit as st


def forget() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """No test finds what another one left. For modules and folders that import it."""
    yield
    forget()
