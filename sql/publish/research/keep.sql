-- Values that are common enough to be published as they are. Reads the table safe. Grain: one value of a column.
INSERT INTO kept
SELECT cell.name, cell."value"
FROM safe
