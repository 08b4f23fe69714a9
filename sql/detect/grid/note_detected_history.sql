-- Detection over history has come to its end. Parameters: $batch (BIGINT): newest batch that it covers.
DELETE FROM detected_history;
INSERT INTO detected_history
VALUES ($batch)
