-- Note that letters became events. Parameters: $replayed_at (TIMESTAMP, UTC). Reads the registered frame replayed_letters (letter_id).
UPDATE dead_letters SET replayed_at = $replayed_at
WHERE letter_id IN (SELECT letter_id FROM replayed_letters)
