-- What the research catalogue in use holds of each month. Columns: as its table releases. Grain: one month.
SELECT *
FROM releases
ORDER BY "month"
