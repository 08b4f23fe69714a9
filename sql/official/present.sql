-- The official statements that count: of each platform's day the latest load. Columns: as the table. Grain: day, platform, breakdown, value.
SELECT
    day,
    platform,
    breakdown,
    "value",
    statements,
    source,
    known_at
FROM official_statements
QUALIFY known_at = max(known_at) OVER (PARTITION BY platform, day)
ORDER BY platform, day, breakdown, "value"
