-- The next offset to read of each partition in this batch. Parameters: $updated_at (TIMESTAMP, UTC). Reads the registered frame new_positions.
INSERT INTO positions BY NAME
SELECT *, $updated_at AS updated_at
FROM new_positions
ON CONFLICT (topic, partition) DO UPDATE SET
    next_offset = excluded.next_offset,
    log_id = coalesce(excluded.log_id, positions.log_id),
    leader_epoch = coalesce(excluded.leader_epoch, positions.leader_epoch),
    newest_occurred_at = greatest(positions.newest_occurred_at, excluded.newest_occurred_at),
    updated_at = excluded.updated_at
