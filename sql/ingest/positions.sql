-- Where each partition goes on. Columns: topic, partition, next_offset. Grain: one row a partition.
SELECT topic, partition, next_offset
FROM positions
ORDER BY topic, partition
