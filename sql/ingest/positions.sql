-- Where each partition goes on. Columns: topic, partition, next_offset, log_id (Kafka's id of the topic), leader_epoch (of the last
-- message read). Grain: one row a partition.
SELECT topic, partition, next_offset, log_id, leader_epoch
FROM positions
ORDER BY topic, partition
