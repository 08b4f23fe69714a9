-- Events that have no place. Reads the tables taken, placed. Columns: held_back (BIGINT). Grain: one row.
SELECT count(*) AS held_back
FROM taken
ANTI JOIN placed ON taken.platform = placed.platform AND taken."hour" = placed."hour"
