-- How many incidents are not resolved. Columns: rota (VARCHAR), incidents (BIGINT). Grain: one row a rota that has any.
SELECT rota, count(*) AS incidents
FROM (
    SELECT *
    FROM incidents
    QUALIFY row_number() OVER (PARTITION BY incident_id ORDER BY version DESC) = 1
) AS latest
WHERE state <> 'resolved' AND merged_into IS NULL
GROUP BY rota
ORDER BY rota
