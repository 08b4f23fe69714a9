"""Surges, drops, insistent accounts and odd targets: events read, findings recorded, backtest."""
