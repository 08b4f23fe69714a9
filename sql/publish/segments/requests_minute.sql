-- Changes in the number of requests by minute of the mention. Columns: as the view requests_minute. Grain: one combination of keys.
SELECT
    date_trunc('minute', occurred_at) AS "minute",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    sum(requests)::BIGINT AS requests
FROM changes
GROUP BY ALL
HAVING sum(requests) <> 0
