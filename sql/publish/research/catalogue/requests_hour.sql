-- Requests by hour of the mention, those placed to the hour. Sum over what you do not need. Grain: one cell.
CREATE VIEW requests_hour AS
SELECT
    occurred_at AS "hour",
    platform,
    generator,
    request_class,
    is_self,
    outcome,
    count(*) AS requests
FROM files.requests
WHERE "precision" = 'hour'
GROUP BY ALL
