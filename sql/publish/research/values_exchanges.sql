-- Values of the exchanges at hand, for the k-rule. Reads the table taken. Grain: one value of one exchange.
CREATE OR REPLACE TEMP TABLE candidates AS
SELECT rid, target_id, person, cell FROM (
    SELECT rid, target_id, person, unnest([
        {name: 'platform', "value": platform},
        {name: 'collection_id', "value": collection_id},
        {name: 'sampling_probability', "value": sampling_probability::VARCHAR},
        {name: 'jurisdiction', "value": jurisdiction},
        {name: 'generator', "value": generator},
        {name: 'language', "value": "language"},
        {name: 'request_class_source', "value": request_class_source},
        {name: 'target_gender_source', "value": target_gender_source}
    ]) AS cell
    FROM taken
) AS open
WHERE cell."value" IS NOT NULL
