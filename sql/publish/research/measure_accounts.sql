-- What each account did in the month, before banding: others are its targets, spread those of fulfilled sexualising requests. Reads the
-- table taken (exchanges). Grain: one account.
CREATE OR REPLACE TEMP TABLE measured AS
SELECT
    row_number() OVER () AS rid,
    person AS id,
    mode(account_age) AS described,
    count(*) AS requests,
    count(*) FILTER (request_class = 'sexualising') AS sexualising,
    count(*) FILTER (request_class = 'sexualising' AND outcome = 'fulfilled') AS fulfilled,
    count(DISTINCT target_id) AS others,
    count(DISTINCT target_id) FILTER (request_class = 'sexualising' AND outcome = 'fulfilled') AS spread
FROM taken
WHERE NOT is_self
GROUP BY person
