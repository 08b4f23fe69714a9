-- Present state of {table}: the latest version of each row, in the order of {order}. Columns: as that table. Grain: one {key}.
SELECT *
FROM {table}
QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY version DESC) = 1
ORDER BY {order}
