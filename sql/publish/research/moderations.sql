-- Coarsened moderations of the month. Columns: as the view moderations of the research catalogue. Grain: one action. The order says nothing.
SELECT
    placed.occurred_at,
    placed."precision",
    common_value('platform', taken.platform) AS platform,
    common_value('collection_id', collection_id) AS collection_id,
    sampling_probability,
    common_value('jurisdiction', jurisdiction) AS jurisdiction,
    subject_type,
    action,
    common_value('reporter', reporter) AS reporter,
    actor,
    common_value('reason', reason) AS reason
FROM taken
INNER JOIN placed ON taken.platform = placed.platform AND taken."hour" = placed."hour"
ORDER BY ALL
