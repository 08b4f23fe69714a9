"""What researchers use: sandboxed queries, worked examples, snapshots, packs and releases."""
