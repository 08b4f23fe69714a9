-- The month's exchanges with what coarsening needs: unit (the target, else the event) and person (the account).
-- Reads the variables since, until (TIMESTAMP, UTC). Grain: one mention.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    platform,
    date_trunc('hour', occurred_at) AS "hour",
    coalesce(target_id, event_id) AS unit,
    account_id AS person,
    target_id,
    collection_id,
    sampling_probability,
    jurisdiction,
    is_self,
    target_basis,
    lower(generator) AS generator,
    lower(split_part("language", '-', 1)) AS "language",
    request_class,
    request_class_source,
    target_gender,
    target_gender_source,
    target_is_public_figure,
    minor_suspected,
    minor_suspected_source,
    length_band(length(prompt)) AS prompt_length,
    age_band(account_created_at, occurred_at) AS account_age,
    size_band(account_followers) AS account_followers,
    outcome,
    delay_band(seconds_to_answer) AS answered_within,
    surface,
    plan,
    model,
    media_type,
    sexualised,
    least(answers, 3) AS answers,
    size_band(answer_views) AS answer_views,
    reported_at IS NOT NULL AS reported,
    report_validated_at IS NOT NULL AS report_valid,
    CASE
        WHEN removed_at IS NULL AND deleted_by_author_at IS NULL THEN NULL
        WHEN deleted_by_author_at IS NULL OR removed_at <= deleted_by_author_at THEN 'removed'
        ELSE 'deleted_by_author'
    END AS removal,
    date_diff('hour', report_validated_at, least(removed_at, deleted_by_author_at)) AS removal_hours,
    taken_down
FROM exchanges_between(getvariable('since'), getvariable('until'))
