"""Where raw messages come from, and where they are sent: files, Kafka, memory."""

from veille.sources.streams import open_stream

__all__ = ["open_stream"]
