"""Raw batches → events or dead letters → the private database, positions in the same transaction."""

from veille.ingest.decode import Decoder
from veille.ingest.pipeline import IngestError, Pipeline
from veille.ingest.pool import DecodePool
from veille.ingest.writer import Tally, Writer

__all__ = ["DecodePool", "Decoder", "IngestError", "Pipeline", "Tally", "Writer"]
