-- Events as readers see them: the view {table}. Columns: as declared ({columns}). Grain: one event.
CREATE VIEW {table} AS
SELECT {columns}
FROM files.{table}
