-- What one account did, over all time and in a period. Requests about itself are counted apart.
-- Parameters: $account_id (UUID); $since, $until (TIMESTAMP, UTC, half-open): the period.
-- Columns: first_at, last_at (TIMESTAMP, UTC, null where it never asked); ever (BIGINT): requests of all time; requests, targets, self_requests
--   (BIGINT): of the period; asked_about (BIGINT): requests of all time by others about this same person.
-- Grain: one row.
SELECT
    min(occurred_at) FILTER (NOT is_self) AS first_at,
    max(occurred_at) FILTER (NOT is_self) AS last_at,
    count(*) FILTER (NOT is_self) AS ever,
    count(*) FILTER (NOT is_self AND occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP) AS requests,
    count(DISTINCT target_id) FILTER (NOT is_self AND occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP) AS targets,
    count(*) FILTER (is_self AND occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP) AS self_requests,
    (SELECT count(*) FROM mentions AS about WHERE about.target_id = $account_id::UUID AND NOT about.is_self) AS asked_about
FROM mentions
WHERE account_id = $account_id::UUID
ORDER BY ever
