"""Clusters: events read, computation inline or in a worker process, findings recorded and restored."""
