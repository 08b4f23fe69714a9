-- Published mentions that the cut answers, searched within a span of event time; the columns that counts go by.
-- Parameters: $since, $until (TIMESTAMP, UTC, both included), $first (BIGINT): the cut's first batch. Grain: one mention.
CREATE OR REPLACE TEMP TABLE old_mentions AS
SELECT
    event_id,
    occurred_at,
    platform,
    generator,
    request_class,
    is_self,
    "language",
    jurisdiction,
    target_gender,
    target_gender_source,
    target_is_public_figure
FROM mentions
WHERE
    occurred_at BETWEEN $since AND $until
    AND batch < $first
    AND event_id IN (SELECT mention_id FROM known_ids)
