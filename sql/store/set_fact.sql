-- Write one fact. Parameters: $name, $value (VARCHAR).
INSERT OR REPLACE INTO facts
VALUES ($name, $value)
