-- Published mentions for a backtest. Parameters: $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: platform, target_id (null where unknown), account_id, request_class, generator, language, jurisdiction, collection_id (VARCHAR);
-- occurred_at (TIMESTAMP, UTC); is_self (BOOLEAN); sampling_probability (DOUBLE). Grain: one mention.
SELECT
    platform,
    target_id::VARCHAR AS target_id,
    account_id::VARCHAR AS account_id,
    request_class,
    generator,
    "language",
    jurisdiction,
    coalesce(collection_id, 'unnamed') AS collection_id,
    occurred_at,
    is_self,
    sampling_probability
FROM mentions
WHERE occurred_at >= $since AND occurred_at < $until
ORDER BY occurred_at, event_id
