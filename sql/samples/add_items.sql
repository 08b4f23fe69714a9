-- The items of a sample. Reads the registered frame new_rows (as the table sample_items, event_id as text).
INSERT INTO sample_items BY NAME
SELECT
    sample_id,
    position,
    event_id::UUID AS event_id
FROM new_rows
