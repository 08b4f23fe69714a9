-- What the catalogue lists. Columns: as the table segments. Grain: one segment.
SELECT *
FROM segments
WHERE retired_at IS NULL
ORDER BY relation, first_at, last_at, path
