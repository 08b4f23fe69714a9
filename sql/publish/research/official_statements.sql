-- Official statements, as the analyst catalogue has them: platforms' own totals, which name nobody. Columns: as the view. Grain: day, platform,
-- breakdown, value.
SELECT
    day,
    platform,
    breakdown,
    "value",
    statements,
    source,
    known_at
FROM official_statements
ORDER BY ALL
