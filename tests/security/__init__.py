"""Attacks on Veille, kept as tests: by all ways in, each with its kin."""
