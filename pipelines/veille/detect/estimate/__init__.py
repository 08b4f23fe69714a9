"""Prevalence of a value from a model's labels on all rows and people's codes on some."""
