"""One thin file a page; run by Streamlit, not imported."""
