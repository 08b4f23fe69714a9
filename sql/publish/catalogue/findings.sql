-- The view {name}: the latest version of each finding. Columns: as declared ({columns}). Grain: one {key}.
CREATE VIEW {name} AS
SELECT {columns}
FROM files.{name}
QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY version DESC) = 1
