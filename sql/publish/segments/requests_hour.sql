-- Changes in the number of requests by hour of the mention. Columns: as the view requests_hour. Grain: one combination of keys.
SELECT
    date_trunc('hour', occurred_at) AS "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    sum(requests)::BIGINT AS requests
FROM changes
GROUP BY ALL
HAVING sum(requests) <> 0
