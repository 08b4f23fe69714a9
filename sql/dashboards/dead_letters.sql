-- Messages that broke the contract, by rule and type of event, by the hour they were received.
-- Parameters: $since, $until (TIMESTAMP, UTC): hours that begin in [hour of since, until).
-- Columns: rule (VARCHAR): rule broken; event_type (VARCHAR, null where unknown); letters (BIGINT, at least 1); newest_hour (TIMESTAMP, UTC):
--   start of the last hour in which one came.
-- Grain: rule and type.
SELECT
    rule,
    event_type,
    sum(letters)::BIGINT AS letters,
    max("hour") AS newest_hour
FROM dead_letter_counts
WHERE
    "hour" >= date_trunc('hour', $since::TIMESTAMP)
    AND "hour" < $until::TIMESTAMP
GROUP BY rule, event_type
HAVING sum(letters) > 0
ORDER BY letters DESC, rule, event_type NULLS LAST
