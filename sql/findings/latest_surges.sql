-- Present state of surges: the latest version of each. Columns: as the table surges. Grain: one surge_id.
SELECT *
FROM surges
QUALIFY row_number() OVER (PARTITION BY surge_id ORDER BY version DESC) = 1
ORDER BY surge_id
