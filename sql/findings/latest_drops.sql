-- Present state of drops: the latest version of each. Columns: as the table drops. Grain: one surge_id.
SELECT *
FROM drops
QUALIFY row_number() OVER (PARTITION BY surge_id ORDER BY version DESC) = 1
ORDER BY surge_id
