"""The research catalogue: the analyst one, coarsened until nobody in it can be singled out by known times.

It is made from the published analyst catalogue, not from the private database, so it costs the writer nothing and may
run in a process of its own. docs/research/catalogues.md says what is coarsened and what that withstands.
"""

from veille.store.publish.research.publisher import ResearchPublished, ResearchPublisher, complete_until

__all__ = ["ResearchPublished", "ResearchPublisher", "complete_until"]
