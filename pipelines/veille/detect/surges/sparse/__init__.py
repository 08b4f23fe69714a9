"""Surges of up to a million series that are mostly zeros, judged together; and insistent accounts."""
