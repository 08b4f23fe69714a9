-- The view {view}: counts by {bucket}. Columns: {bucket} (TIMESTAMP, UTC); {keys}; {measure} (BIGINT). Grain: one combination of keys.
-- Segments are deltas: those of {settled} overlap no other segment in time, so their rows are final as they stand; those of {open}
-- are summed. Rows that cancel out are left out.
CREATE VIEW {view} AS
SELECT
    {bucket},
    {keys},
    {measure}
FROM files.{settled}
UNION ALL
SELECT
    {bucket},
    {keys},
    sum({measure})::BIGINT AS {measure}
FROM files.{open}
GROUP BY ALL
HAVING sum({measure})::BIGINT <> 0
