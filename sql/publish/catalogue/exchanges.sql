-- Every mention with its final answer and what became of it. Body of the view exchanges and of the macro exchanges_between.
-- Grain: one mention. Columns: see exchanges_comments.
-- The final answer is the one of highest rank (sql/publish/answer_rank), then of highest hash of the id (17 bits): one number, three times as fast
-- as comparing the columns. One aggregate a column, so that a query pays for what it reads.
WITH ranked AS (
    SELECT
        *,
        answer_rank(occurred_at, ingested_at, outcome) + (hash(event_id) >> 47)::HUGEINT AS answer_rank
    FROM generations
    WHERE mention_id IS NOT NULL
),

-- Mentions are joined in and their time is a key, so that a filter on the time of the mention reaches this far down: at 20 million
-- events a question about a day takes 1 s instead of 10.
answer AS (
    SELECT
        asked.event_id AS mention_id,
        asked.occurred_at AS asked_at,
        count(*) AS answers,
        arg_max_null(ranked.event_id, ranked.answer_rank) AS generation_id,
        arg_max_null(ranked.outcome, ranked.answer_rank) AS outcome,
        arg_max_null(ranked.occurred_at, ranked.answer_rank) AS answered_at,
        arg_max_null(ranked.surface, ranked.answer_rank) AS surface,
        arg_max_null(ranked.plan, ranked.answer_rank) AS plan,
        arg_max_null(ranked.model, ranked.answer_rank) AS model,
        arg_max_null(ranked.media_type, ranked.answer_rank) AS media_type,
        arg_max_null(ranked.sexualised, ranked.answer_rank) AS sexualised,
        arg_max_null(ranked.post_id, ranked.answer_rank) AS answer_post_id,
        arg_max_null(ranked.views, ranked.answer_rank) AS answer_views
    FROM mentions AS asked
    INNER JOIN ranked ON asked.event_id = ranked.mention_id
    GROUP BY asked.event_id, asked.occurred_at
),

-- A mention and a post never share a pseudonym, so one list of subjects serves both.
mark AS (
    SELECT mention_id AS subject, action, occurred_at FROM moderations WHERE mention_id IS NOT NULL
    UNION ALL
    SELECT post_id AS subject, action, occurred_at FROM moderations WHERE post_id IS NOT NULL
    UNION ALL
    SELECT subject_id AS subject, action, occurred_at FROM moderations WHERE subject_type = 'post'
),

fate AS (
    SELECT
        subject,
        min(occurred_at) FILTER (action = 'reported') AS reported_at,
        min(occurred_at) FILTER (action = 'report_validated') AS report_validated_at,
        min(occurred_at) FILTER (action = 'removed') AS removed_at,
        min(occurred_at) FILTER (action = 'deleted_by_author') AS deleted_by_author_at,
        min(occurred_at) FILTER (action = 'geo_restricted') AS geo_restricted_at,
        max(occurred_at) FILTER (action = 'restored') AS restored_at,
        max(occurred_at) FILTER (action IN ('removed', 'deleted_by_author')) AS down_at
    FROM mark
    GROUP BY subject
)

SELECT
    mentions.*,
    answer.generation_id,
    coalesce(answer.outcome, 'unanswered') AS outcome,
    answer.answered_at,
    (epoch_us(answer.answered_at) - epoch_us(mentions.occurred_at)) / 1e6 AS seconds_to_answer,
    answer.surface,
    answer.plan,
    answer.model,
    answer.media_type,
    answer.sexualised,
    coalesce(answer.answers, 0) AS answers,
    answer.answer_post_id,
    answer.answer_views,
    least(own.reported_at, post.reported_at, reply.reported_at) AS reported_at,
    least(own.report_validated_at, post.report_validated_at, reply.report_validated_at) AS report_validated_at,
    least(own.removed_at, post.removed_at, reply.removed_at) AS removed_at,
    least(own.deleted_by_author_at, post.deleted_by_author_at, reply.deleted_by_author_at) AS deleted_by_author_at,
    least(own.geo_restricted_at, post.geo_restricted_at, reply.geo_restricted_at) AS geo_restricted_at,
    greatest(own.restored_at, post.restored_at, reply.restored_at) AS restored_at,
    CASE
        WHEN coalesce(own.down_at, post.down_at, reply.down_at) IS NOT NULL
            THEN
                greatest(own.down_at, post.down_at, reply.down_at)
                > coalesce(greatest(own.restored_at, post.restored_at, reply.restored_at), '-infinity'::TIMESTAMP)
        WHEN coalesce(own.restored_at, post.restored_at, reply.restored_at) IS NOT NULL THEN false
    END AS taken_down
FROM mentions
LEFT JOIN answer ON mentions.event_id = answer.mention_id AND mentions.occurred_at = answer.asked_at
LEFT JOIN fate AS own ON mentions.event_id = own.subject
LEFT JOIN fate AS post ON mentions.post_id = post.subject
LEFT JOIN fate AS reply ON answer.answer_post_id = reply.subject
