-- Positions that were stored without the topic's id take the present one. Parameters: $topic, $log_id (VARCHAR); $partition (INTEGER).
UPDATE positions
SET log_id = $log_id
WHERE topic = $topic AND partition = $partition AND log_id IS NULL
