-- Rows of candidates in safe cells get their published form. Grain: one row of the relation.
INSERT INTO released
SELECT DISTINCT candidates.rid, candidates.cell
FROM candidates
SEMI JOIN safe ON candidates.cell = safe.cell
