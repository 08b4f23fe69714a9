-- The month's moderations with the target and the account of the mention concerned, where one is named; of an account, the account.
-- Reasons are free text and not taken. Reads the variables since, until (TIMESTAMP, UTC). Columns as in take_exchanges. Grain: one
-- moderation.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    row_number() OVER () AS rid,
    d.platform,
    date_trunc('hour', d.occurred_at) AS "hour",
    m.target_id,
    coalesce(m.account_id, CASE WHEN d.subject_type = 'account' THEN d.subject_id END) AS person,
    d.collection_id,
    d.sampling_probability,
    d.subject_type,
    d.action,
    d.reporter,
    d.actor
FROM moderations AS d
LEFT JOIN mentions AS m
    ON d.mention_id = m.event_id AND m.occurred_at >= getvariable('since') - INTERVAL 31 DAY AND m.occurred_at < getvariable('until')
WHERE d.occurred_at >= getvariable('since') AND d.occurred_at < getvariable('until')
