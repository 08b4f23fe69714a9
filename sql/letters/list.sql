-- Dead letters, newest first. Parameters: $rule (VARCHAR or NULL: all), $replayed (BOOLEAN: those replayed with success too), $limit (BIGINT).
-- Columns: letter_id, received_at (UTC), source, partition, position, event_type, path, rule, detail, size (bytes), has_raw, replayed_at.
-- Grain: one row a message.
SELECT
    letter_id,
    received_at,
    source,
    partition,
    position,
    event_type,
    path,
    rule,
    detail,
    size,
    raw IS NOT NULL AS has_raw,
    replayed_at
FROM dead_letters
WHERE (rule = $rule OR $rule IS NULL)
    AND ($replayed OR replayed_at IS NULL)
ORDER BY received_at DESC, source, partition, position, letter_id
LIMIT $limit
