-- Values of the moderations at hand, for the k-rule. Reads the table taken. Grain: one value of one moderation.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT rid, target_id, person, cell FROM (
    SELECT rid, target_id, person, unnest([
        {name: 'platform', "value": platform},
        {name: 'collection_id', "value": collection_id},
        {name: 'sampling_probability', "value": sampling_probability::VARCHAR}
    ]) AS cell
    FROM taken
) AS open
WHERE cell."value" IS NOT NULL
