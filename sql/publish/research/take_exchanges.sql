-- The month's exchanges, coarsened as far as every published row is. Reads the variables since, until (TIMESTAMP, UTC).
-- rid numbers the rows; target_id and person (the account) are what the k-rule counts, never published. Grain: one mention.
CREATE OR REPLACE TEMP TABLE taken AS
SELECT
    row_number() OVER () AS rid,
    platform,
    date_trunc('hour', occurred_at) AS "hour",
    target_id,
    account_id AS person,
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
    length_band(length(prompt)) AS prompt_length,
    age_band(account_created_at, occurred_at) AS account_age,
    size_band(account_followers) AS account_followers,
    outcome,
    delay_band(seconds_to_answer) AS answered_within,
    media_type,
    sexualised,
    reported_at IS NOT NULL AS reported,
    report_validated_at IS NOT NULL AS report_valid,
    CASE
        WHEN removed_at IS NULL AND deleted_by_author_at IS NULL THEN 'none'
        WHEN deleted_by_author_at IS NULL OR removed_at <= deleted_by_author_at THEN 'removed'
        ELSE 'deleted_by_author'
    END AS removal,
    removal_band(date_diff('hour', report_validated_at, least(removed_at, deleted_by_author_at))) AS removed_within,
    coalesce(taken_down, false) AS taken_down
FROM exchanges_between(getvariable('since'), getvariable('until'))
