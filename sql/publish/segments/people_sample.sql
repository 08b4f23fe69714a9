-- Mentions of one in 16 targets or accounts, chosen by the last four bits of the pseudonym, which are as good as drawn by lot and the same
-- in every version of the database. Columns: as the view people_sample. Grain: one mention.
WITH drawn AS (
    SELECT
        *,
        coalesce(target_id::UHUGEINT & 15 = 0, false) AS target_drawn,
        account_id::UHUGEINT & 15 = 0 AS account_drawn
    FROM new_mentions
    WHERE NOT is_self
)

SELECT
    occurred_at,
    platform,
    jurisdiction,
    account_id,
    account_drawn,
    target_id,
    target_drawn,
    generator,
    "language",
    request_class,
    target_gender,
    target_gender_source,
    target_is_public_figure
FROM drawn
WHERE target_drawn OR account_drawn
