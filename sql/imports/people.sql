-- Who was mentioned by whom, and when, for the check whether a small file holds a group that it is too short to validate.
-- Columns: account_id, target_id (VARCHAR); occurred_at (TIMESTAMP, UTC). Grain: one mention.
SELECT
    account_id::VARCHAR AS account_id,
    target_id::VARCHAR AS target_id,
    occurred_at
FROM mentions
WHERE target_id IS NOT NULL
ORDER BY occurred_at, event_id
