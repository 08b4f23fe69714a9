-- Present state of mentions_left_out: the latest version of each. Columns: as the table mentions_left_out. Grain: one hour.
SELECT *
FROM mentions_left_out
QUALIFY row_number() OVER (PARTITION BY hour ORDER BY version DESC) = 1
ORDER BY hour
