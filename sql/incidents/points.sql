-- Requests about the targets of an incident in bins of five minutes. Parameters: $incident_id (VARCHAR), $since, $until (TIMESTAMP).
-- Columns: bin_at (TIMESTAMP), requests, sexualising, accounts (BIGINT). Grain: one bin in which there was a request.
WITH aims AS (
    SELECT DISTINCT target_id
    FROM incident_targets
    WHERE incident_id = $incident_id
)

SELECT
    time_bucket(INTERVAL 5 MINUTE, m.occurred_at) AS bin_at,
    count(*) AS requests,
    count(*) FILTER (WHERE m.request_class = 'sexualising') AS sexualising,
    count(DISTINCT m.account_id) AS accounts
FROM mentions AS m
INNER JOIN aims ON aims.target_id = m.target_id
WHERE m.occurred_at >= $since AND m.occurred_at < $until AND NOT m.is_self
GROUP BY bin_at
ORDER BY bin_at
