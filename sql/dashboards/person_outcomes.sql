-- What became of the requests about one person, or by one account: answers obtained, reports, removals and how long they took.
-- Parameters: $target_id, $account_id (UUID): null takes every one; $since, $until (TIMESTAMP, UTC, half-open): of the request.
-- Columns: requests, fulfilled, partial, refused, errors, unknown, unanswered (BIGINT): by final answer; reported, validated, removed, deleted,
--   restored (BIGINT): requests whose post or answer was reported, validly reported, removed, deleted by its author, restored; still_up
--   (BIGINT): validly reported and not taken down; median_removal_hours (DOUBLE): from the first valid report to removal, null without one.
-- Grain: one row.
SELECT
    count(*) AS requests,
    count(*) FILTER (outcome = 'fulfilled') AS fulfilled,
    count(*) FILTER (outcome = 'partial') AS partial,
    count(*) FILTER (outcome = 'refused') AS refused,
    count(*) FILTER (outcome = 'error') AS errors,
    count(*) FILTER (outcome = 'unknown') AS unknown,
    count(*) FILTER (outcome = 'unanswered') AS unanswered,
    count(reported_at) AS reported,
    count(report_validated_at) AS validated,
    count(removed_at) AS removed,
    count(deleted_by_author_at) AS deleted,
    count(restored_at) AS restored,
    count(*) FILTER (report_validated_at IS NOT NULL AND NOT coalesce(taken_down, false)) AS still_up,
    quantile_cont(epoch(removed_at - report_validated_at) / 3600, 0.5) FILTER (removed_at >= report_validated_at) AS median_removal_hours
FROM exchanges_between($since::TIMESTAMP, $until::TIMESTAMP)
WHERE
    ($target_id::UUID IS NULL OR target_id = $target_id::UUID)
    AND ($account_id::UUID IS NULL OR account_id = $account_id::UUID)
    AND NOT is_self
ORDER BY requests
