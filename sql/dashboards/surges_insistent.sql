-- Accounts that asked again and again about one target, by when they last did.
-- Parameters: $since, $until (TIMESTAMP, UTC, half-open); $target_id, $account_id (UUID): null takes every target or account; $top (BIGINT): most rows.
-- Columns: finding_id (VARCHAR); account_id, target_id (UUID); opened_at, first_at, last_at (TIMESTAMP, UTC); requests, fulfilled,
--   other_targets (BIGINT): targets the account mentioned besides in that day; expected (DOUBLE): requests about this target by anybody in that
--   time; closed (BOOLEAN); found (BIGINT): all such findings, also those beyond $top.
-- Grain: one finding, its latest version.
SELECT
    finding_id,
    account_id,
    target_id,
    opened_at,
    first_at,
    last_at,
    requests,
    fulfilled,
    other_targets,
    expected,
    closed,
    count(*) OVER () AS found
FROM insistent_accounts
WHERE
    first_at < $until::TIMESTAMP
    AND last_at >= $since::TIMESTAMP
    AND ($target_id::UUID IS NULL OR target_id = $target_id::UUID)
    AND ($account_id::UUID IS NULL OR account_id = $account_id::UUID)
ORDER BY last_at DESC, requests DESC, finding_id
LIMIT $top::BIGINT
