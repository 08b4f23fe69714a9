-- Published surges or drops of the month. Columns: as the views surges and drops of the research catalogue. Grain: one of them.
SELECT * EXCLUDE (rid)
FROM (SELECT unnest(cell) FROM released)
ORDER BY ALL
