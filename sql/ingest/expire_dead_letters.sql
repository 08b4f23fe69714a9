-- Forget raw messages of dead letters received before $before (TIMESTAMP, UTC); place, path and rule stay.
UPDATE dead_letters SET raw = NULL
WHERE raw IS NOT NULL AND received_at < $before
