"""Publishing: new rows of the private database → Parquet segments and a read-only catalogue of views over them.

`Publisher` cuts and writes the catalogue; `veille.store.reader.Reader` reads it.
"""

from veille.store.publish.errors import PublishError
from veille.store.publish.publisher import Published, Publisher
from veille.store.publish.relations import FORMAT, RELATIONS

__all__ = ["FORMAT", "RELATIONS", "PublishError", "Published", "Publisher"]
