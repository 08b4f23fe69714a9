-- The month's generations with unit and person, from the mention that they answer where they do not say.
-- Reads the variables since, until (TIMESTAMP, UTC). Grain: one generation.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    g.platform,
    date_trunc('hour', g.occurred_at) AS "hour",
    coalesce(m.target_id, g.target_id, g.event_id) AS unit,
    coalesce(m.account_id, g.account_id, g.event_id) AS person,
    coalesce(m.target_id, g.target_id) AS target_id,
    g.collection_id,
    g.sampling_probability,
    g.jurisdiction,
    lower(g.generator) AS generator,
    g.model,
    g.outcome,
    g.sexualised,
    g.minor_suspected,
    g.minor_suspected_source,
    g.surface,
    g.plan,
    g.media_type,
    g.mention_id IS NOT NULL AS linked,
    size_band(g.views) AS "views"
FROM generations AS g
LEFT JOIN mentions AS m
    ON g.mention_id = m.event_id AND m.occurred_at >= getvariable('since') - INTERVAL 31 DAY AND m.occurred_at < getvariable('until')
WHERE g.occurred_at >= getvariable('since') AND g.occurred_at < getvariable('until')
