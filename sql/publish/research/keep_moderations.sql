-- Values of moderations that are common enough to be published as they are. Parameters: $small (INTEGER): fewest distinct accounts and
-- targets. Grain: one value of a column.
INSERT INTO kept
WITH open AS (
    SELECT
        unit,
        person,
        unnest([
            {name: 'platform', held: platform},
            {name: 'collection_id', held: collection_id},
            {name: 'jurisdiction', held: jurisdiction},
            {name: 'reporter', held: reporter},
            {name: 'reason', held: reason}
        ]) AS found
    FROM taken
)

SELECT
    found.name,
    found.held AS "value"
FROM open
WHERE found.held IS NOT NULL
GROUP BY ALL
HAVING count(DISTINCT unit) >= $small AND count(DISTINCT person) >= $small
