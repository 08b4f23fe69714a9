-- What happened to each target in the month, before banding. Reads the table taken (exchanges). Columns as in measure_accounts.
-- Grain: one target.
CREATE OR REPLACE TEMP TABLE measured AS
SELECT
    row_number() OVER () AS rid,
    target_id AS id,
    mode(target_gender) AS described,
    count(*) AS requests,
    count(*) FILTER (request_class = 'sexualising') AS sexualising,
    count(*) FILTER (request_class = 'sexualising' AND outcome = 'fulfilled') AS fulfilled,
    count(DISTINCT person) AS others,
    count(DISTINCT "hour") FILTER (request_class = 'sexualising') AS spread
FROM taken
WHERE target_id IS NOT NULL AND NOT is_self
GROUP BY target_id
