-- Whoever got a row in banded. Columns: id (UUID). Grain: one of them.
SELECT id
FROM banded
ORDER BY id
