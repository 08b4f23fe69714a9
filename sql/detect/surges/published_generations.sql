-- Published generations for a backtest. Parameters: $since, $until (TIMESTAMP, UTC): event time, half-open.
-- Columns: outcome, surface, plan, collection_id (VARCHAR); occurred_at (TIMESTAMP, UTC); is_self (BOOLEAN): made for the account it is about;
-- sampling_probability (DOUBLE). Grain: one generation.
SELECT
    outcome,
    surface,
    plan,
    coalesce(collection_id, 'unnamed') AS collection_id,
    occurred_at,
    account_id IS NOT DISTINCT FROM target_id AS is_self,
    sampling_probability
FROM generations
WHERE occurred_at >= $since AND occurred_at < $until
ORDER BY occurred_at, event_id
