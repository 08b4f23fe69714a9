-- Forget every row of {table}. For history that is detected afresh.
DELETE FROM {table}
