-- What the catalogue that is in use holds, and as of when. Columns: as the table status. Grain: one row.
SELECT as_of, watermark, simulated, schema_version, published_format
FROM status
ORDER BY as_of
