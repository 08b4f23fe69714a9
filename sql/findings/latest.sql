-- Present state of the findings {name}: the latest version of each. Columns: as that table. Grain: one {key}.
SELECT *
FROM {name}
QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY version DESC) = 1
ORDER BY {key}
