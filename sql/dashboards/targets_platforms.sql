-- Platforms on which anything was asked, most requests first.
-- Parameters: none.
-- Columns: platform (VARCHAR); requests (BIGINT).
-- Grain: one platform.
SELECT
    platform,
    sum(requests)::BIGINT AS requests
FROM requests_day
GROUP BY platform
ORDER BY requests DESC, platform
