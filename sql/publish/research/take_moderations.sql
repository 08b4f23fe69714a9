-- The month's moderations with unit and person, from the mention concerned where one is named.
-- Reads the variables since, until (TIMESTAMP, UTC). Grain: one moderation.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    d.platform,
    date_trunc('hour', d.occurred_at) AS "hour",
    coalesce(m.target_id, d.subject_id) AS unit,
    coalesce(m.account_id, d.subject_id) AS person,
    d.collection_id,
    d.sampling_probability,
    d.jurisdiction,
    d.subject_type,
    d.action,
    d.reporter,
    d.actor,
    d.reason
FROM moderations AS d
LEFT JOIN mentions AS m
    ON d.mention_id = m.event_id AND m.occurred_at >= getvariable('since') - INTERVAL 31 DAY AND m.occurred_at < getvariable('until')
WHERE d.occurred_at >= getvariable('since') AND d.occurred_at < getvariable('until')
