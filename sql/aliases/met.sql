-- Handles that the rows of a batch may have come under. Reads the registered frame met_handles (handle: UUID). Columns: handle (UUID). Grain: one
-- handle.
CREATE OR REPLACE TEMP TABLE wanted_handles AS
SELECT DISTINCT handle
FROM met_handles
