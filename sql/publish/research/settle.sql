-- Rows that have their published form need no coarser one. Grain: one row of the relation.
INSERT INTO placed
SELECT released.rid
FROM released
ANTI JOIN placed ON released.rid = placed.rid
