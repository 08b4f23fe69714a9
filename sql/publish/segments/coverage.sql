-- What each collection brought, by hour of event time. Columns: as the view coverage. Grain: hour, type, platform, collection, probability.
WITH brought AS (
    SELECT 'mention' AS event_type, platform, collection_id, sampling_probability, occurred_at FROM new_mentions
    UNION ALL
    SELECT 'generation' AS event_type, platform, collection_id, sampling_probability, occurred_at FROM new_generations
    UNION ALL
    SELECT 'moderation' AS event_type, platform, collection_id, sampling_probability, occurred_at FROM new_moderations
)

SELECT
    date_trunc('hour', occurred_at) AS "hour",
    event_type,
    platform,
    collection_id,
    sampling_probability,
    count(*) AS events,
    min(occurred_at) AS first_at,
    max(occurred_at) AS last_at
FROM brought
GROUP BY ALL
