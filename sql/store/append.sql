-- New rows of a table. Reads the registered frame {rows} (columns as the table {table}).
INSERT INTO {table} BY NAME
SELECT * FROM {rows}
