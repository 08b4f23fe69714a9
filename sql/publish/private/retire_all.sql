-- Take every segment out of the catalogue. Parameters: $retired_at (TIMESTAMP, UTC).
UPDATE segments
SET retired_at = $retired_at
WHERE retired_at IS NULL
