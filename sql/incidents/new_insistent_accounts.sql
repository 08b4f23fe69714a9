-- Versions of insistent accounts that were written since then. Parameters: $since (TIMESTAMP).
-- Columns: as the table insistent_accounts. Grain: one finding_id and version.
SELECT * REPLACE (CAST(target_id AS VARCHAR) AS target_id, CAST(account_id AS VARCHAR) AS account_id)
FROM insistent_accounts
WHERE known_at >= $since
ORDER BY decided_at, finding_id, version
