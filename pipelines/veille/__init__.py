"""Veille watches streams of events for abuse of AI image generators.

The data flow, one stage a module; stages never import each other, they meet in tables:

    sources    raw messages from Kafka or files
    ingest     raw message → event | dead letter → private DuckDB, positions in the same transaction
    store      the private database (one writer) and the published catalogue (any number of readers)
    detect     surges and coordination, pure functions of frames
    detection  the grid of event time, live and over history: reads events, calls detect, records findings
    incidents  findings → incidents, pages and other messages
    service    `veille run`: wires the loops; `cli` holds the thin commands
"""

__version__ = "0.2.0"
