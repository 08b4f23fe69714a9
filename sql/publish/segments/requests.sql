-- Changes in the number of requests by {bucket} of the mention. Columns: {bucket} (TIMESTAMP, UTC); {keys}; requests (BIGINT).
-- Grain: one combination of keys.
SELECT
    date_trunc('{bucket}', occurred_at) AS {bucket},
    {keys},
    sum(requests)::BIGINT AS requests
FROM changes
GROUP BY ALL
HAVING sum(requests) <> 0
