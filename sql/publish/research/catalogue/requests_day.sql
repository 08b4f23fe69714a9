-- Requests by day of the mention, those placed to the day or finer. Sum over what you do not need. Grain: one cell.
CREATE VIEW requests_day AS
SELECT
    date_trunc('day', occurred_at) AS "day",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    count(*) AS requests
FROM files.requests
WHERE "precision" <> 'month'
GROUP BY ALL
