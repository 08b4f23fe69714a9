-- Written once detection over history has come to its end, incidents included: the newest batch that it covers. Absent while
-- it is under way, or was interrupted, and where a live service decides. At most one row.
CREATE TABLE detected_history (batch BIGINT NOT NULL);

-- An older Veille left no such note; the desk's clock tells that its detection had come to an end.
INSERT INTO detected_history
SELECT batch
FROM detection_progress
WHERE NOT live AND detected_until <= (SELECT max(stepped_at) FROM incident_cursors);
