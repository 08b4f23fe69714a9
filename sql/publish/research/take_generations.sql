-- The month's generations with the target and the account of the mention that they answer, where they do not say.
-- Reads the variables since, until (TIMESTAMP, UTC). Columns as in take_exchanges. Grain: one generation.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    row_number() OVER () AS rid,
    g.platform,
    date_trunc('hour', g.occurred_at) AS "hour",
    coalesce(m.target_id, g.target_id) AS target_id,
    coalesce(m.account_id, g.account_id) AS person,
    g.collection_id,
    g.sampling_probability,
    g.jurisdiction,
    lower(g.generator) AS generator,
    g.model,
    g.outcome,
    g.sexualised,
    g.surface,
    g.plan,
    g.media_type,
    g.mention_id IS NOT NULL AS linked
FROM generations AS g
LEFT JOIN mentions AS m
    ON g.mention_id = m.event_id AND m.occurred_at >= getvariable('since') - INTERVAL 31 DAY AND m.occurred_at < getvariable('until')
WHERE g.occurred_at >= getvariable('since') AND g.occurred_at < getvariable('until')
