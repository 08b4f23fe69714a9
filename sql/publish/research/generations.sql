-- Coarsened generations of the month. Columns: as the view generations of the research catalogue. Grain: one generation. The order says nothing.
SELECT
    placed.occurred_at,
    placed."precision",
    common_value('platform', taken.platform) AS platform,
    common_value('collection_id', collection_id) AS collection_id,
    sampling_probability,
    common_value('jurisdiction', jurisdiction) AS jurisdiction,
    common_value('generator', generator) AS generator,
    common_value('model', model) AS model,
    outcome,
    sexualised,
    surface,
    plan,
    media_type,
    linked,
    "views"
FROM taken
INNER JOIN placed ON taken.platform = placed.platform AND taken."hour" = placed."hour"
ORDER BY ALL
