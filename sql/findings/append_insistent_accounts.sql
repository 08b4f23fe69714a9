-- New versions of insistent_accounts. Reads the registered frame new_rows (as the table).
INSERT INTO insistent_accounts BY NAME
SELECT * FROM new_rows
