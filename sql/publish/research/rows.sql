-- Published rows of the relation at hand, one each. Columns: as the view of its name. Grain: one row. The order says nothing.
SELECT unnest(cell)
FROM released
ORDER BY ALL
