-- Published files by relation: how many, how large, and what time they span.
-- Parameters: none.
-- Columns: relation (VARCHAR): the view that reads them; files, row_count, byte_count (BIGINT); first_at, last_at (TIMESTAMP, UTC):
--   the relation's own time.
-- Grain: one relation.
SELECT
    relation,
    count(*) AS files,
    sum(row_count)::BIGINT AS row_count,
    sum(byte_count)::BIGINT AS byte_count,
    min(first_at) AS first_at,
    max(last_at) AS last_at
FROM segments
GROUP BY relation
ORDER BY byte_count DESC, relation
