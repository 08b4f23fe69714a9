-- Take segments out of the catalogue. Parameters: $paths (VARCHAR[]), $retired_at (TIMESTAMP, UTC).
UPDATE segments
SET retired_at = $retired_at
WHERE path IN (SELECT unnest($paths::VARCHAR[])) AND retired_at IS NULL
