-- What the catalogue that is in use holds, and as of when. Columns: as its table status. Grain: one row.
SELECT *
FROM status
ORDER BY as_of
