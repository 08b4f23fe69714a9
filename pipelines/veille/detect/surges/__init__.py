"""Surges: a count far above what its past explains. Dense series one by one, sparse series together."""
