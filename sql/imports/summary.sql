-- What a data folder holds, in one row.
-- Columns: events, mentions, accounts, targets (BIGINT); first_at, last_at (TIMESTAMP: UTC, of mentions); surges, insistent, validated, possible,
--   incidents (BIGINT: findings). Grain: one row.
SELECT
    (SELECT count(*) FROM mentions) + (SELECT count(*) FROM generations) + (SELECT count(*) FROM moderations) AS events,
    (SELECT count(*) FROM mentions) AS mentions,
    (SELECT count(DISTINCT account_id) FROM mentions) AS accounts,
    (SELECT count(DISTINCT target_id) FROM mentions) AS targets,
    (SELECT min(occurred_at) FROM mentions) AS first_at,
    (SELECT max(occurred_at) FROM mentions) AS last_at,
    (SELECT count(*) FROM surges) AS surges,
    (SELECT count(*) FROM insistent_accounts) AS insistent,
    (SELECT count(*) FROM clusters WHERE tier = 'validated') AS validated,
    (SELECT count(*) FROM clusters WHERE tier = 'possible') AS possible,
    (SELECT count(*) FROM incidents WHERE merged_into IS NULL) AS incidents
