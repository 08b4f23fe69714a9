"""Where raw messages come from, and where they are sent: files, Kafka, memory."""

from veille.sources.streams import open_stream
from veille.sources.topics import create_topics, topic_report

__all__ = ["create_topics", "open_stream", "topic_report"]
