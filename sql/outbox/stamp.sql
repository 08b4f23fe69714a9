-- Changes with every row that delivery depends on, and costs nothing. Columns: stamp (BIGINT). Grain: one row.
SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM deliveries) AS stamp
