-- Whether a pager's event came before, and what we call its subject. Parameters: $event_id, $subject (VARCHAR).
-- Columns: seen (BOOLEAN); dedup_key (VARCHAR, null where no event said it). Grain: one row.
SELECT
    coalesce(bool_or(event_id = $event_id), false) AS seen,
    arg_max(dedup_key, occurred_at) FILTER (WHERE subject = $subject AND dedup_key IS NOT NULL) AS dedup_key
FROM webhook_events
