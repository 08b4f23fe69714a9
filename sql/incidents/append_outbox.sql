-- What is to be sent. Reads the registered frame new_rows (as the table).
INSERT INTO outbox BY NAME
SELECT * FROM new_rows
