-- Dead letters with their encrypted raw message, for showing or replaying.
-- Parameters: $letter_id (VARCHAR or NULL: all that were not replayed), $rule (VARCHAR or NULL), $after (VARCHAR: letter ids above, for paging), $limit (BIGINT).
-- Columns: letter_id, source, partition, position, event_type, lax, path, rule, detail, size (bytes), received_at (UTC), replayed_at, raw (encrypted). Grain: one row a message.
SELECT
    letter_id::VARCHAR AS letter_id,
    source,
    coalesce(partition, -1) AS partition,
    position,
    event_type,
    lax,
    path,
    rule,
    detail,
    size,
    received_at,
    replayed_at,
    raw
FROM dead_letters
WHERE (letter_id::VARCHAR = $letter_id OR ($letter_id IS NULL AND replayed_at IS NULL AND raw IS NOT NULL))
    AND (rule = $rule OR $rule IS NULL)
    AND letter_id::VARCHAR > $after
ORDER BY letter_id::VARCHAR
LIMIT $limit
