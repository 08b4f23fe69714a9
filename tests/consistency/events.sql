-- Event rows as the second computation reads them: `asked` (a mention with its final answer), `made` (a generation), `looked_at` (surges
-- and drops: their series and times, which say what is counted). No rollup and no view over events of ours.
CREATE TEMP TABLE asked AS
WITH final AS (
    SELECT
        mention_id,
        outcome,
        row_number() OVER (PARTITION BY mention_id ORDER BY occurred_at DESC, ingested_at DESC, outcome DESC) AS place
    FROM v.generations
    WHERE mention_id IS NOT NULL
)

SELECT
    m.event_id,
    m.occurred_at,
    m.ingested_at,
    m.account_id::VARCHAR AS account_id,
    m.target_id::VARCHAR AS target_id,
    m.is_self,
    m.request_class,
    m.platform,
    m.jurisdiction,
    m.generator,
    m."language" AS language_tag,
    lower(split_part(m."language", '-', 1)) AS "language",
    m.target_gender,
    m.target_gender_source AS gender_source,
    CASE m.target_is_public_figure WHEN true THEN 'yes' WHEN false THEN 'no' END AS public_figure,
    coalesce(final.outcome, 'unanswered') AS outcome,
    m.event_id IN (SELECT g.mention_id FROM v.generations AS g WHERE g.outcome = 'fulfilled') AS ever_fulfilled
FROM v.mentions AS m
LEFT JOIN final ON m.event_id = final.mention_id AND final.place = 1;

CREATE TEMP TABLE made AS
SELECT
    event_id,
    occurred_at,
    account_id::VARCHAR AS account_id,
    account_id IS NOT DISTINCT FROM target_id AS is_self,
    platform,
    generator,
    outcome,
    sexualised,
    surface,
    plan,
    coalesce(media_type, 'image') AS media_type,
    mention_id IS NOT NULL AS linked
FROM v.generations;

CREATE TEMP TABLE looked_at AS
SELECT surge_id, series_kind, series_key, target_id::VARCHAR AS target_id, since, coalesce(closed_at, decided_at) AS until, decided_at
FROM v.surges
UNION ALL
SELECT surge_id, series_kind, series_key, target_id::VARCHAR AS target_id, since, coalesce(closed_at, decided_at) AS until, decided_at
FROM v.drops;
