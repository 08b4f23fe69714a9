-- Forget deleted segments. Parameters: $paths (VARCHAR[]).
DELETE FROM segments
WHERE path IN (SELECT unnest($paths::VARCHAR[]))
