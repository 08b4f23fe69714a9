-- Keep sealed originals; the first seal of a pseudonym stays. Parameters: $sealed_at (TIMESTAMP, UTC). Reads the registered frame new_seals.
INSERT OR IGNORE INTO vault BY NAME
SELECT *, $sealed_at AS sealed_at
FROM new_seals
