"""Publishing: new rows of the private database → Parquet segments and a read-only catalogue of views over them.

`Publisher` cuts and writes the catalogue, `Compactor` merges small segments beside it,
`veille.store.reader.Reader` reads. One `Publisher` and one `Compactor` a process, each in a thread of its own.
"""

from veille.store.publish.compact import Compactor
from veille.store.publish.errors import PublishError
from veille.store.publish.publisher import Published, Publisher
from veille.store.publish.relations import FORMAT, RELATIONS
from veille.store.publish.segments import COMPLETE

__all__ = ["COMPLETE", "FORMAT", "RELATIONS", "Compactor", "PublishError", "Published", "Publisher"]
