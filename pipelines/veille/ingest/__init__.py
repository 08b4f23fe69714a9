"""Raw batches → events or dead letters → the private database, positions in the same transaction.

Nothing is imported here: `ingest.decode` serves processes that have no database, and must not load DuckDB.
"""
