-- Who asked about whom, once a pair: whom the k-rule counts behind rows about people. Reads the tables taken (exchanges), measured.
-- Parameters: $role (VARCHAR): account or target, whichever the rows are about. Grain: one pair.
CREATE OR REPLACE TEMP TABLE paired AS
SELECT DISTINCT
    measured.rid,
    taken.target_id,
    taken.person
FROM taken
INNER JOIN measured ON measured.id = CASE WHEN $role = 'target' THEN taken.target_id ELSE taken.person END
WHERE NOT taken.is_self
