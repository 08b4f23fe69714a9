-- Published cells of the relation at hand with how many events are in each. Columns: as the view of its name. Grain: one cell.
SELECT unnest(cell), count(*) AS events
FROM released
GROUP BY cell
ORDER BY ALL
