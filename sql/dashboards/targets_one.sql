-- What happened to one person, over all time and in a period. Requests about herself are counted apart.
-- Parameters: $target_id (UUID); $since, $until (TIMESTAMP, UTC, half-open): the period; $at (TIMESTAMP, UTC): the present of the view.
-- Columns: first_at, last_at (TIMESTAMP, UTC, null where never mentioned); ever (BIGINT): requests of all time; requests, accounts, hours,
--   attacks, self_requests (BIGINT): of the period, as in targets_list; last_hour, last_day (BIGINT): requests before $at;
--   asks (BIGINT): requests of all time by this same person about others.
-- Grain: one row.
WITH about AS (
    SELECT
        account_id,
        occurred_at,
        is_self,
        occurred_at >= $since::TIMESTAMP AND occurred_at < $until::TIMESTAMP AS inside
    FROM mentions
    WHERE target_id = $target_id::UUID
),

hourly AS (
    SELECT date_trunc('hour', occurred_at) AS "hour", count(*) AS requests, count(DISTINCT account_id) AS accounts
    FROM about
    WHERE inside AND NOT is_self
    GROUP BY ALL
)

SELECT
    min(occurred_at) FILTER (NOT is_self) AS first_at,
    max(occurred_at) FILTER (NOT is_self) AS last_at,
    count(*) FILTER (NOT is_self) AS ever,
    count(*) FILTER (inside AND NOT is_self) AS requests,
    count(DISTINCT account_id) FILTER (inside AND NOT is_self) AS accounts,
    (SELECT count(*) FROM hourly) AS hours,
    (SELECT count(*) FROM hourly WHERE hourly.requests >= 5 AND hourly.accounts >= 3) AS attacks,
    count(*) FILTER (inside AND is_self) AS self_requests,
    count(*) FILTER (NOT is_self AND occurred_at >= $at::TIMESTAMP - INTERVAL 1 HOUR) AS last_hour,
    count(*) FILTER (NOT is_self AND occurred_at >= $at::TIMESTAMP - INTERVAL 1 DAY) AS last_day,
    (SELECT count(*) FROM mentions AS own WHERE own.account_id = $target_id::UUID AND NOT own.is_self) AS asks
FROM about
ORDER BY ever
