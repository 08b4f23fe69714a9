-- Requests over time about the targets of one incident, those by themselves left out. Steps without a request have no row.
-- Parameters: $incident_id (VARCHAR); $since, $until (TIMESTAMP, UTC, half-open); $step_seconds (BIGINT): length of a step.
-- Columns: at (TIMESTAMP, UTC): start of the step; events, accounts, targets (BIGINT): mentions, and the different accounts and targets in them.
-- Grain: one step.
SELECT
    time_bucket(to_seconds($step_seconds::BIGINT), occurred_at) AS "at",
    count(*) AS events,
    count(DISTINCT account_id) AS accounts,
    count(DISTINCT target_id) AS targets
FROM mentions
WHERE
    occurred_at >= $since::TIMESTAMP
    AND occurred_at < $until::TIMESTAMP
    AND NOT is_self
    AND target_id IN (
        SELECT incident_targets.target_id
        FROM incident_targets
        WHERE incident_targets.incident_id = $incident_id::VARCHAR
    )
GROUP BY ALL
ORDER BY "at"
