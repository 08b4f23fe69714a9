-- Values of exchanges that are common enough to be published as they are. Parameters: $small (INTEGER): fewest distinct accounts and
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
            {name: 'generator', held: generator},
            {name: 'language', held: "language"},
            {name: 'request_class_source', held: request_class_source},
            {name: 'target_gender_source', held: target_gender_source},
            {name: 'minor_suspected_source', held: minor_suspected_source},
            {name: 'model', held: model}
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
