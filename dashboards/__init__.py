"""The analysts' pages: `veille dashboard` serves `app.py` with Streamlit. They only read what is published."""
