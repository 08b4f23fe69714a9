-- Whoever got a row. Reads the tables released, measured. Columns: id (UUID). Grain: one of them.
SELECT measured.id
FROM released
INNER JOIN measured ON released.rid = measured.rid
ORDER BY measured.id
