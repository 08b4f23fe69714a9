"""Beyond one machine: what Veille computes, computed by Spark over a snapshot, with the same functions and the same result.

Only this room imports pyspark (extra `spark`). Spark moves rows; every number comes from the functions of `detect`. A snapshot holds
pseudonyms: the key and the vault stay with the process that writes (docs/beyond-one-machine.md).
"""
