-- Months with events. Columns: month (TIMESTAMP). Grain: one month.
SELECT DISTINCT date_trunc('month', "hour") AS "month"
FROM coverage
ORDER BY "month"
