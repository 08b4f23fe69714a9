-- Versions of referrals. Reads the registered frame new_rows (as the table).
INSERT INTO referrals BY NAME
SELECT * FROM new_rows
