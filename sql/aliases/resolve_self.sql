-- Whether somebody asks about herself, of mentions whose persons were resolved. Parameters: $since (TIMESTAMP, UTC): rows from that event time
-- on; $batch (BIGINT): of that batch and later ones.
UPDATE mentions
SET is_self = coalesce(account_id = target_id, false)
WHERE
    (account_came_as IS NOT NULL OR target_came_as IS NOT NULL)
    AND is_self <> coalesce(account_id = target_id, false)
    AND occurred_at >= $since
    AND batch >= $batch
